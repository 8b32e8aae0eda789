"""`python -m fortnight`: the console command."""

from fortnight.cli import main

if __name__ == "__main__":
    main()
