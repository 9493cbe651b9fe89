using System.Globalization;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Native;
using AbsBuildTasks.Worker.Models;

namespace AbsBuildTasks.Worker.Tracing;

/// <summary>
/// Finds a model's products of activations for a search, in a copy of this process's code: the search itself goes on with
/// TorchSharp as it is.
/// </summary>
internal static class TracedProducts
{
    /// <summary>Finds them.</summary>
    /// <param name="request">The search.</param>
    /// <param name="tell">Told in one line where the network cannot be recorded: then there are none.</param>
    public static IReadOnlyList<RestPlan> Of(SearchRequest request, Action<string> tell)
    {
        var find = new TracedContext().Copy(((Func<string, string?, string, string, string[], (string[][], string?)>)Find).Method);
        var (products, refusal) = ((string[][], string?))find.Invoke(
            null,
            [request.AssemblyFile, request.TypeName, request.NativeDirectory, request.ProjectDirectory, request.DataFiles.ToArray()])!;
        if (refusal is not null)
        {
            tell($"products of activations are not counted: {refusal}");
        }

        return [.. products.Select(product => new RestPlan { Name = product[0], Kind = product[1], Parameters = 0, Macs = long.Parse(product[2], CultureInfo.InvariantCulture) })];
    }

    /// <summary>Runs in the copy, whose types are others: only .NET's own go in and out.</summary>
    private static (string[][] Products, string? Refusal) Find(string assemblyFile, string? typeName, string nativeDirectory, string projectDirectory, string[] dataFiles)
    {
        var type = ModelType.Find(ModelAssembly.Load(assemblyFile), typeName);
        TorchRuntime.EnsureLoaded(nativeDirectory);
        try
        {
            var found = ProductSurvey.Of((IAbsModel)Activator.CreateInstance(type)!, new ModelContext(projectDirectory, dataFiles));
            return ([.. found.Select(product => new[] { product.Name, product.Kind, product.Macs.ToString(CultureInfo.InvariantCulture) })], null);
        }
        catch (Exception exception) when (ModelCode.Cause(exception) is var cause and not OperationCanceledException && !DeviceMemory.IsExhausted(cause))
        {
            // It was run on three examples and on seven, which training need not do: that decides whether the network works.
            return ([], ModelCode.FirstLine(ModelCode.Cause(exception)));
        }
    }
}
