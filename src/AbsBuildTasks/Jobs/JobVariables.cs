using System.Collections;

namespace AbsBuildTasks.Jobs;

/// <summary>Which variables of the build's environment a job gets.</summary>
/// <remarks>
/// Only what is listed: a queue's controller keeps a job's variables in files, and a build's may hold any secret. A machine
/// has its own PATH, proxies and GPUs. What says how numbers are computed goes along, so that the same bytes come out.
/// </remarks>
internal static class JobVariables
{
    private static readonly string[] Prefixes = ["OMP_", "GOMP_", "MKL_", "KMP_", "ATEN_", "MALLOC_", "CUDA_", "CUBLAS_", "CUDNN_", "TORCH_", "PYTORCH_", "DOTNET_", "COMPlus_"];
    private static readonly string[] Names = ["LD_LIBRARY_PATH", "GLIBC_TUNABLES", "LANG", "LC_ALL", "TZ", "NVIDIA_TF32_OVERRIDE"];

    // The queue chooses GPUs; the others are of use to the build alone, or start code of their own.
    private static readonly string[] Left = ["CUDA_VISIBLE_DEVICES", "DOTNET_CLI_", "DOTNET_HOST_PATH", "DOTNET_STARTUP_HOOKS", "DOTNET_DiagnosticPorts"];

    /// <summary>Chooses them.</summary>
    /// <param name="variables">The build's environment.</param>
    public static IReadOnlyDictionary<string, string> Of(IDictionary variables) => variables.Cast<DictionaryEntry>()
        .Select(entry => (Name: (string)entry.Key, Value: (string?)entry.Value ?? ""))
        .Where(variable => IsGiven(variable.Name) && variable.Value.Length > 0 && variable.Value.IndexOf('\n') < 0)
        .ToDictionary(variable => variable.Name, variable => variable.Value);

    private static bool IsGiven(string name) =>
        name.All(character => character is (>= 'A' and <= 'Z') or (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_')
        && (Names.Contains(name, StringComparer.Ordinal) || Array.Exists(Prefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
        && !Array.Exists(Left, left => name.StartsWith(left, StringComparison.Ordinal));
}
