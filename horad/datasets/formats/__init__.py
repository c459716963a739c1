"""Reports with their marked words and labels in the forms of other tools, out and back in; one module per form."""
