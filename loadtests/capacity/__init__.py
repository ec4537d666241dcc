"""What a site of a given size needs: sums over measured costs, and a simulation that checks the sums. `make capacity` writes docs/capacity.md."""
