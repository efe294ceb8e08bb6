"""The numbers that this project is measured by. `make bench` prints and writes them."""
