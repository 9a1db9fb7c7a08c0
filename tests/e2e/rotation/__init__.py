"""KES rotation while the kubelets deliver the new Secret at different times."""
