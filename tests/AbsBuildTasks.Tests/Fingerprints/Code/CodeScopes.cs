using AbsBuildTasks.Fingerprints.Code;

namespace AbsBuildTasks.Tests.Fingerprints.Code;

/// <summary>A model to compile, and what counts of it.</summary>
internal static class CodeScopes
{
    public const string Usings = """
        using System; using System.Linq; using System.Collections.Generic; using System.Reflection; using AbsBuildTasks.Search;
        [assembly: AssemblyMetadata("a", "b")]

        """;

    public const string Model = Usings + """
        namespace M;
        public class Model : IAbsModel { public object CreateNetwork() => new Network(); }
        public class Network { public virtual double Forward() => Rate; double Rate { get; set; } = 0.5; }
        public class Other { public int Size() => new[] { 3, 4 }.Sum(x => x); }
        """;

    public static void AssertScope(string? doubt, SortedDictionary<string, string> entries) =>
        Assert.Equal(doubt is null ? "what the model reaches" : "all, because " + doubt, entries["code"]);

    public static SortedDictionary<string, string> Of(string file, string? type = null) => Of([file], type);

    public static SortedDictionary<string, string> Of(string[] files, string? type = null) =>
        new(CodeMeaning.Of(files, type).Where(entry => entry.Key != CodeMeaning.Uses).ToDictionary(entry => entry.Key, entry => entry.Value), StringComparer.Ordinal);
}
