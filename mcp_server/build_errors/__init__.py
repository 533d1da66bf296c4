"""In which files of the repository does the output of a build, a linter or a test run report errors?"""
