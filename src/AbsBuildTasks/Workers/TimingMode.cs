using AbsBuildTasks.Fingerprints.Packages;
using AbsBuildTasks.Plans.Settings.Kinds;

namespace AbsBuildTasks.Workers;

/// <summary>Whether a build measures the ONNX files that it writes.</summary>
/// <param name="IsWanted">Whether it does.</param>
/// <param name="IsAskedFor">Whether somebody has said so: then a build tells why it could not.</param>
/// <param name="Runtime">The version of ONNX Runtime that the project has; empty for none. Another one gives other times.</param>
internal sealed record TimingMode(bool IsWanted, bool IsAskedFor, string Runtime)
{
    private const string Auto = "auto";
    private const string On = "on";
    private const string Off = "off";

    // All flavours of the runtime bring it.
    private const string Package = "Microsoft.ML.OnnxRuntime.Managed";

    /// <summary>What an ONNX file is known by beside its own version: nothing where it is not measured.</summary>
    public string Key => IsWanted ? $";timing={Runtime}" : "";

    /// <summary>Reads <c>AbsTiming</c>.</summary>
    /// <param name="text"><c>auto</c> (where the project has ONNX Runtime), <c>on</c> or <c>off</c>.</param>
    /// <exception cref="Plans.Errors.AbsException">ABS1005: no such word.</exception>
    public static string Read(string text) => Choice.Of("AbsTiming", text, Auto, On, Off);

    /// <summary>Looks what a project has.</summary>
    /// <param name="text">As <see cref="Read"/> takes it.</param>
    /// <param name="depsFile">Full path of the model assembly's <c>.deps.json</c>.</param>
    /// <exception cref="Plans.Errors.AbsException">ABS1005: no such word.</exception>
    public static TimingMode Of(string text, string depsFile)
    {
        var mode = Read(text);
        var runtime = mode == Off ? "" : DepsPackages.Read(depsFile).FirstOrDefault(package => package.Name.Equals(Package, StringComparison.OrdinalIgnoreCase)).Version ?? "";
        return new(mode == On || runtime.Length > 0, mode == On, runtime);
    }
}
