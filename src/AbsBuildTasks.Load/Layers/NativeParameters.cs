using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Layers;

/// <summary>The parameters of modules that torch's own code holds.</summary>
internal static class NativeParameters
{
    /// <summary>A parameter by its name in the module; null where there is none.</summary>
    public static Parameter? Find(Module module, string name) =>
        module.named_parameters(recurse: false).Where(pair => pair.name == name).Select(pair => pair.parameter).FirstOrDefault();
}
