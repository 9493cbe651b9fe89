namespace AbsBuildTasks.Tasks;

/// <summary>The command that runs a target of a project, as it can be pasted into a terminal.</summary>
internal static class TargetCommand
{
    private const string DefaultConfiguration = "Debug";

    private const string NeedNoQuotes = @"._/\:+~-";

    /// <summary>Writes the command.</summary>
    /// <param name="projectFile">Full path of the project.</param>
    /// <param name="currentFolder">Full path of the folder that the build was started in; empty where it is not known.</param>
    /// <param name="configuration">The configuration that was built; empty for the default.</param>
    /// <param name="target">The target.</param>
    public static string Of(string projectFile, string currentFolder, string configuration, string target)
    {
        var option = configuration.Length == 0 || configuration.Equals(DefaultConfiguration, StringComparison.OrdinalIgnoreCase) ? "" : $" -c {Quoted(configuration)}";
        return $"dotnet build {Quoted(Relative(projectFile, currentFolder))}{option} -t:{target}";
    }

    private static string Relative(string file, string folder)
    {
        var start = folder.Length == 0 || folder[folder.Length - 1] == Path.DirectorySeparatorChar ? folder : folder + Path.DirectorySeparatorChar;
        var rest = start.Length > 0 && file.StartsWith(start, StringComparison.Ordinal) ? file.Substring(start.Length) : file;

        // As an option, a name such as "-x.csproj" would not be a project.
        return rest[0] == '-' ? "./" + rest : rest;
    }

    private static string Quoted(string text) => text.Length > 0 && text.All(character => char.IsLetter(character) || char.IsNumber(character) || NeedNoQuotes.IndexOf(character) >= 0) ? text : $"\"{text}\"";
}
