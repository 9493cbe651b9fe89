using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Profiling;
using AbsBuildTasks.Search.Structure;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Engine;

/// <summary>Looks at a model's network as a search would, without training it.</summary>
internal static class LayerSurvey
{
    /// <summary>The layers that a search would compress, and what an inference runs of each.</summary>
    /// <param name="model">The model project's contract.</param>
    /// <param name="context">Resolves the paths of its data.</param>
    /// <param name="warn">Told of members of the model that may not be meant as they stand: a code and one line.</param>
    /// <exception cref="Plans.Errors.AbsException">Any ABS2xxx code: what is wrong with the model.</exception>
    public static IReadOnlyList<LayerCalls> Of(IAbsModel model, ModelContext context, Action<string, string> warn)
    {
        var own = CheckedModel.Of(model, context, warn);
        using var module = own.CreateNetwork();
        using var scope = NewDisposeScope();
        var data = DataPlacement.Of(own.LoadData(context), CPU, (_, _) => true, _ => { });
        var network = new ModelNetwork(module, own.Forward);
        var probe = NetworkProbe.Run(network, data.Train.First(Math.Min(data.Train.Count, NetworkMaps.Examples)));
        return LayerCalls.Of(network, probe.Layers, data.Train.First(1));
    }
}
