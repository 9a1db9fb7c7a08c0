"""What must hold in every change: few and quick cases, part of `make test`."""
