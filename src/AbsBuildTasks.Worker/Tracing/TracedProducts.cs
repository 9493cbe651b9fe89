using System.Globalization;
using System.Reflection;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Native;
using AbsBuildTasks.Search.Tracing;
using AbsBuildTasks.Worker.Models;
using static TorchSharp.torch;

namespace AbsBuildTasks.Worker.Tracing;

/// <summary>
/// Finds a model's products of activations for a search, in a copy of this process's code: the search itself goes on with
/// TorchSharp as it is.
/// </summary>
internal static class TracedProducts
{
    /// <summary>Finds them.</summary>
    /// <param name="request">The search.</param>
    /// <param name="examples">Real examples, each input <c>[N, …]</c>.</param>
    /// <param name="tell">Told in one line where the network cannot be recorded: then there are none.</param>
    public static IReadOnlyList<RestPlan> Of(SearchRequest request, IReadOnlyList<Tensor> examples, Action<string> tell)
    {
        var find = new TracedContext().Copy(((Func<string, string?, string, string, string[], (int, long[], byte[])[], bool, (string[][], string?)>)Find).Method);
        var (products, refusal) = ((string[][], string?))find.Invoke(
            null,
            [
                request.AssemblyFile,
                request.TypeName,
                request.NativeDirectory,
                request.ProjectDirectory,
                request.DataFiles.ToArray(),
                examples.Select(TensorContent.Of).Select(content => ((int)content.Type, content.Shape.ToArray(), content.Bytes)).ToArray(),
                request.Settings.DeployTarget.QuantizesSums,
            ])!;
        if (refusal is not null)
        {
            tell($"products of activations are not counted: {refusal}");
        }

        return [.. products.Select(product => new RestPlan { Name = product[0], Kind = product[1], Parameters = 0, Macs = long.Parse(product[2], CultureInfo.InvariantCulture), Bits = int.Parse(product[3], CultureInfo.InvariantCulture) })];
    }

    /// <summary>Runs in the copy, whose types are others: only .NET's own go in and out.</summary>
    private static (string[][] Products, string? Refusal) Find(
        string assemblyFile,
        string? typeName,
        string nativeDirectory,
        string projectDirectory,
        string[] dataFiles,
        (int Type, long[] Shape, byte[] Bytes)[] examples,
        bool quantizesSums)
    {
        var type = ModelType.Find(ModelAssembly.Load(assemblyFile), typeName);
        TorchRuntime.EnsureLoaded(nativeDirectory);
        using var scope = NewDisposeScope();
        Tensor[] inputs = [.. examples.Select(content => new TensorContent((ScalarType)content.Type, content.Shape, content.Bytes).ToTensor())];

        try
        {
            // Loading data again may take long. A model that keeps nothing cannot need it.
            var found = ProductSurvey.Of((IAbsModel)Activator.CreateInstance(type)!, new ModelContext(projectDirectory, dataFiles), inputs, quantizesSums, loadsData: Keeps(type));
            return ([.. found.Select(product => new[] { product.Name, product.Kind, product.Macs.ToString(CultureInfo.InvariantCulture), product.Bits.ToString(CultureInfo.InvariantCulture) })], null);
        }
        catch (Exception exception) when (ModelCode.Cause(exception) is var cause and not OperationCanceledException && !DeviceMemory.IsExhausted(cause))
        {
            // It was run on three examples and on seven, which training need not do: that decides whether the network works.
            return ([], ModelCode.FirstLine(ModelCode.Cause(exception)));
        }
    }

    /// <summary>Whether LoadData could leave something in a model that its Forward reads.</summary>
    private static bool Keeps(Type? type)
    {
        const BindingFlags Own = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        return type is not null && (type.GetFields(Own).Any(field => !field.IsStatic || !(field.IsLiteral || field.IsInitOnly)) || Keeps(type.BaseType));
    }
}
