"""The store on SQLite: one module for the books of each noun, and the migrations of the schema."""
