"""Does everything that Interlock needs work, here and now? One module for each thing that is examined."""
