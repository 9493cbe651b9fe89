// TorchSharp 0.107 does not keep a Scalar alive during the native call that reads it: one thread allocates at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
