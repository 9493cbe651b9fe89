using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Search.Tracing;

/// <summary>Why a network cannot become a graph.</summary>
internal static class TraceRefusal
{
    /// <summary>The error of a native function that has no place in a graph.</summary>
    /// <param name="function">Its name.</param>
    /// <param name="place">Who called it.</param>
    /// <param name="why">What is wrong with it, and what to do.</param>
    public static AbsException Of(string function, CodePlace place, string why) =>
        new(AbsCodes.NotExportable, $"The network cannot be written as ONNX: {Shown(function)} ({Printable.Escape(place.Text)}) {why}.");

    /// <summary>A native function's name as users know it: <c>THSTensor_relu_</c> is <c>relu_</c>.</summary>
    public static string Shown(string function) => function.StartsWith("THS", StringComparison.Ordinal) && function.IndexOf('_', StringComparison.Ordinal) is > 0 and var at ? function[(at + 1)..] : function;

    /// <summary>Why a function that is not in the table is refused where it meets a value that depends on the input.</summary>
    public static string ReasonFor(string function)
    {
        var name = Shown(function);
        return name is "item" or "data" or "is_nonzero" or "equal" or "allclose" || name.StartsWith("data_idx", StringComparison.Ordinal) ? "reads values that depend on the input into C#, where a graph cannot follow; compute with tensors instead"
            : IsRandom(function) ? "draws random numbers; a graph has none"
            : name.EndsWith("_forward", StringComparison.Ordinal) ? "runs a module whose inside is one native call; build it from single layers"
            : name.EndsWith('_') ? "changes a tensor in place in a way that a graph cannot; write the result into a new tensor"
            : "has no operator in the export's table; use another function";
    }

    /// <summary>Whether a function draws random numbers.</summary>
    public static bool IsRandom(string function) => Shown(function) is var name
        && (name.StartsWith("rand", StringComparison.Ordinal) || name.StartsWith("normal", StringComparison.Ordinal) || name.StartsWith("bernoulli", StringComparison.Ordinal) || name is "uniform_" or "multinomial" or "poisson" or "exponential_" or "random_");
}
