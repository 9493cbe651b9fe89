using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Export;

/// <summary>A process of its own, for what .NET decides once for each process. The program of this assembly is what runs in it.</summary>
internal static class OwnProcess
{
    /// <summary>Runs the program where no code is made while it runs, as in an application that native AOT has compiled.</summary>
    /// <returns>What it prints.</returns>
    public static string WithoutDynamicCode(string folder, string argument)
    {
        var assembly = typeof(OwnProcess).Assembly.Location;
        var (runtime, depending, probing) = (Path.ChangeExtension(assembly, ".runtimeconfig.json"), Path.ChangeExtension(assembly, ".deps.json"), Path.ChangeExtension(assembly, ".runtimeconfig.dev.json"));
        var settings = JsonNode.Parse(File.ReadAllText(runtime))!;
        settings["runtimeOptions"]!["configProperties"]!["System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported"] = false;
        File.WriteAllText(Path.Combine(folder, "own.runtimeconfig.json"), settings.ToJsonString());
        File.Copy(probing, Path.Combine(folder, "own.runtimeconfig.dev.json"));
        using var process = Process.Start(new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["exec", "--runtimeconfig", Path.Combine(folder, "own.runtimeconfig.json"), "--depsfile", depending, assembly, argument])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"The process ended with {process.ExitCode}: {output}{error.GetAwaiter().GetResult()}");
        return output.Trim();
    }

    private static void Main(string[] arguments) => Console.WriteLine(NativeCodeTests.Load(arguments[0]));
}
