using AbsBuildTasks.Fingerprints.Code;
using AbsBuildTasks.Plans.Fingerprints;
using Microsoft.CodeAnalysis;

namespace AbsBuildTasks.Tests.Fingerprints.Code;

/// <summary>Which of the project's code counts for a model.</summary>
public sealed class CodeScopeTests : IDisposable
{
    private const string Usings = """
        using System; using System.Linq; using System.Collections.Generic; using System.Reflection; using AbsBuildTasks.Search;
        [assembly: AssemblyMetadata("a", "b")]

        """;

    private const string Model = Usings + """
        namespace M;
        public class Model : IAbsModel { public object CreateNetwork() => new Network(); }
        public class Network { public virtual double Forward() => Rate; double Rate { get; set; } = 0.5; }
        public class Other { public int Size() => new[] { 3, 4 }.Sum(x => x); }
        """;

    private readonly Compiled _compiled = new();

    public void Dispose() => _compiled.Dispose();

    [Theory]
    [InlineData("/another/folder")]
    [InlineData("C:\\src\\checkout")]
    public void The_folder_does_not_count(string folder)
    {
        var source = Model.Replace("new Network()", "new Local()", StringComparison.Ordinal) + " file class Local : ILocal, IEquatable<ILocal> { int ILocal.A { get => 1; } bool IEquatable<ILocal>.Equals(ILocal? other) => true; } file interface ILocal { int A { get; } }";
        var one = _compiled.Library("Model", new CodeOptions(), source);
        var other = _compiled.Library("Model", new CodeOptions { Folder = folder }, source);

        Assert.NotEqual(File.ReadAllBytes(one), File.ReadAllBytes(other));
        Assert.Equal(Of(one), Of(other));
    }

    [Fact]
    public void Types_local_to_files_of_one_name_are_told_apart()
    {
        var (one, two) = ("namespace M; file class Local { public int A() => 1; } partial class Uses { int One() => new Local().A(); }", "namespace M; file class Local { public int A() => 2; } partial class Uses { int Two() => new Local().A(); }");
        var changes = FingerprintChanges.Between([.. Of(Compile(one, two))], [.. Of(Compile(one, two.Replace("=> 2", "=> 3", StringComparison.Ordinal)))]);

        Assert.StartsWith("code:M.<File>F", Assert.Single(changes), StringComparison.Ordinal);

        string Compile(params string[] sources) => _compiled.Library("Model", new CodeOptions { HasOneName = true }, [.. sources, Model.Replace("=> Rate", "=> new Uses().GetHashCode()", StringComparison.Ordinal) + " [Obsolete] partial class Uses { [Obsolete] int All() => One() + Two(); }"]);
    }

    [Fact]
    public void Neither_do_symbols_platform_and_what_is_said_of_the_assembly()
    {
        var one = _compiled.Library("Model", new CodeOptions(), Model);
        var other = _compiled.Library("Model", new CodeOptions { HasSymbols = false, Platform = Platform.X64 }, Model.Replace(
            "[assembly: AssemblyMetadata(\"a\", \"b\")]",
            "[assembly: AssemblyConfiguration(\"Release\"), AssemblyInformationalVersion(\"2\"), AssemblyVersion(\"2.0.0.0\"), System.Diagnostics.Debuggable(true, true)]",
            StringComparison.Ordinal));

        Assert.Equal(Of(one), Of(other));
    }

    [Fact]
    public void Debug_and_release_are_the_same_where_their_instructions_are()
    {
        // A constructor that the compiler adds has another instruction in debug builds.
        var source = Model.Replace("public class Model : IAbsModel { ", "public class Model : IAbsModel { public Model() => Console.WriteLine(); ", StringComparison.Ordinal)
            .Replace("public class Network { ", "public struct Network() { ", StringComparison.Ordinal).Replace("virtual ", "", StringComparison.Ordinal);
        var debug = Of(_compiled.Library("Model", new CodeOptions { IsDebug = true }, source));
        var release = Of(_compiled.Library("Model", new CodeOptions(), source));

        Assert.Equal(debug["code:M.Network"], release["code:M.Network"]);
        Assert.Equal(debug["code:M.Network.get_Rate"], release["code:M.Network.get_Rate"]);
        Assert.Equal(debug["code:M.Model"], release["code:M.Model"]);
    }

    [Fact]
    public void Only_what_the_model_reaches_is_taken() => Assert.Equal(
        ["code", "code:<Module>", "code:M.Model", "code:M.Model..ctor", "code:M.Model.CreateNetwork", "code:M.Network", "code:M.Network..ctor", "code:M.Network.Forward", "code:M.Network.get_Rate", "code:M.Network.set_Rate"],
        Of(_compiled.Library("Model", Model)).Keys);

    [Fact]
    public void Each_of_several_models_has_code_of_its_own()
    {
        var file = _compiled.Library("Model", Model + " public class Second : IAbsModel { public object CreateNetwork() => new Other().Size(); }");

        Assert.Contains("code:M.Other.Size", Of(file, "M.Second").Keys);
        Assert.DoesNotContain("code:M.Network", Of(file, "M.Second").Keys);
        Assert.DoesNotContain("code:M.Other", Of(file, "M.Model").Keys);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("public abstract class Base : IAbsModel { public abstract object CreateNetwork(); }", null)]
    [InlineData("public class Second<T> : IAbsModel { public object CreateNetwork() => 1; }", null)]
    [InlineData("public interface IMore : IAbsModel;", null)]
    [InlineData("public class Second : Model;", "the model's type is not known")]
    [InlineData("public interface IMore : IAbsModel; public class Second : IMore { public object CreateNetwork() => 1; }", "the model's type is not known")]
    public void Without_a_name_the_one_model_is_found(string others, string? doubt) => AssertScope(doubt, Of(_compiled.Library("Model", Model + others)));

    [Fact]
    public void A_name_that_is_not_there_takes_everything() => AssertScope("the model's type is not known", Of(_compiled.Library("Model", Model), "M.Nothing"));

    [Theory]
    [InlineData("new Model().GetType().Name", null)]
    [InlineData("typeof(Model).Assembly.GetManifestResourceStream(\"x\")", null)]
    [InlineData("new System.Resources.ResourceManager(\"x\", typeof(Model).Assembly)", null)]
    [InlineData("Activator.CreateInstance<object>()", null)]
    [InlineData("Type.GetType(\"M.Other\")", "M.Network.Forward uses System.Type.GetType")]
    [InlineData("Activator.CreateInstance(\"Model\", \"M.Other\")", "M.Network.Forward uses System.Activator.CreateInstance")]
    [InlineData("typeof(Model).Assembly.GetTypes()", "M.Network.Forward uses System.Reflection.Assembly.GetTypes")]
    [InlineData("Assembly.Load(\"Model\")", "M.Network.Forward uses System.Reflection.Assembly.Load")]
    [InlineData("typeof(Model).GetMethod(\"Run\")", "M.Network.Forward uses System.Type.GetMethod")]
    [InlineData("Delegate.CreateDelegate(typeof(Action), typeof(Model), \"Run\")", "M.Network.Forward uses System.Delegate.CreateDelegate")]
    [InlineData("AppDomain.CurrentDomain.GetAssemblies()", "M.Network.Forward uses System.AppDomain.get_CurrentDomain")]
    [InlineData("((dynamic)1).Run()", "M.Network.Forward uses Microsoft.CSharp.RuntimeBinder.CSharpArgumentInfo.Create")]
    [InlineData("new Func<object>(() => Type.GetType(\"M.Other\"))()", "M.Network.Forward uses System.Type.GetType")]
    [InlineData("Access(null!); [System.Runtime.CompilerServices.UnsafeAccessor(System.Runtime.CompilerServices.UnsafeAccessorKind.Method, Name = \"Size\")] static extern int Access(Other other)", "M.Network.Forward uses System.Runtime.CompilerServices.UnsafeAccessorAttribute")]
    public void Code_that_looks_for_members_by_name_takes_everything(string expression, string? doubt)
    {
        var source = Usings + $$"""
            namespace M;
            public class Model : IAbsModel { public object CreateNetwork() => new Network(); }
            public class Network { public virtual object Forward() { return {{expression}}; } }
            public class Other { public int Size() => 3; }
            """;
        var before = Of(_compiled.Library("Model", source));
        var after = Of(_compiled.Library("Model", source.Replace("=> 3", "=> 4", StringComparison.Ordinal)));

        AssertScope(doubt, before);
        Assert.Equal(doubt is null ? [] : (string[])["code:M.Other.Size changed"], FingerprintChanges.Between([.. before], [.. after]).ToArray());
    }

    [Theory]
    [InlineData("Library.Register(typeof(Model).Assembly)", "Library.Register")]
    [InlineData("Library.All(typeof(Model).Assembly, typeof(string).Assembly)", "Library.All")]
    [InlineData("Library.Each(new[] { typeof(Model).Assembly }.Select(x => x))", "Library.Each")]
    [InlineData("Library.Find<int>(3, typeof(Model).Assembly)", "Library.Find")]
    [InlineData("new Action<Assembly>(Library.Register)", "Library.Register")]
    [InlineData("new Library { Source = typeof(Model).Assembly }", "Library.set_Source")]
    [InlineData("new System.ComponentModel.Composition.Hosting.Catalog(\".\")", "System.ComponentModel.Composition.Hosting.Catalog..ctor")]
    [InlineData("Library.Name(typeof(Model).Assembly.FullName, new AssemblyName[0])", "System.Reflection.Assembly.get_FullName")]
    [InlineData("Library.Name(typeof(Model).Name, new AssemblyName[0])", null)]
    public void Packages_that_are_handed_an_assembly_may_find_anything_in_it(string expression, string? met)
    {
        var library = _compiled.Library("Library", """
            using System.Collections.Generic; using System.Reflection;
            public class Library
            {
                public Assembly? Source { get; set; }
                public static void Register(Assembly a) { }
                public static void All(params Assembly[] a) { }
                public static void Each(IEnumerable<Assembly> a) { }
                public static T Find<T>(T x, Assembly a) => x;
                public static void Name(string? name, AssemblyName[] names) { }
            }
            namespace System.ComponentModel.Composition.Hosting { public class Catalog { public Catalog(string path) { } } }
            """);
        var model = _compiled.Library("Model", new CodeOptions { References = [library] }, Usings + $$"""
            namespace M;
            public class Model : IAbsModel { public object CreateNetwork() => new Network(); }
            public class Network { public virtual void Forward() { _ = new Func<object?>(() => { object? x = null; {{(expression.StartsWith("new ", StringComparison.Ordinal) || expression.Contains("Find", StringComparison.Ordinal) ? "x = " : "")}}{{expression}}; return x; }); } }
            public class Found { public int Size() => 3; }
            """);
        var entries = Of(model);

        AssertScope(met is null ? null : "M.Network.Forward uses " + met, entries);
        Assert.Equal(met is not null, entries.ContainsKey("code:M.Found.Size"));
    }

    /// <summary>Members of the network which the compiler writes more for than they say, and the types that they need.</summary>
    public static TheoryData<string, string> Written => new()
    {
        { "public virtual object Forward() => this[1]; public int this[int i] => i;", "" },
        { "public virtual object Forward() => this[\"a\"]; [System.Runtime.CompilerServices.IndexerName(\"Part\")] public string this[string s] { get => s; set { } }", "" },
        { "public virtual object Forward() => new Both()[1];", "public interface IBoth { int this[int i] { get; } } public struct Both : IBoth { public int this[int i] => i; }" },
        { "public virtual int[] Forward() => [1, 2, 3];", "" },
        { "public virtual List<int> Forward() => [1, .. Few(), 3]; public virtual IEnumerable<int> Few() => [1];", "" },
        { "public virtual IReadOnlyList<string> Forward() => [\"a\", \"b\"]; public virtual IReadOnlyList<int> One() => [1];", "" },
        { "public virtual IEnumerable<int> Forward() => [1, .. Few()]; public virtual int[] Few() => [1];", "" },
        { "public virtual int Forward() { ReadOnlySpan<int> few = [1, 2, 3]; return few.Length; }", "" },
        { "public virtual int Forward() { ReadOnlySpan<string> few = [\"a\", ToString()!]; return few.Length; }", "" },
        { "public virtual int Forward() => Sum(1, GetHashCode()); public virtual int Sum(params ReadOnlySpan<int> few) => few.Length;", "" },
        { "public virtual int Forward() => Count(\"a\", ToString()!); public virtual int Count(params ReadOnlySpan<string> few) => few.Length;", "" },
        { "public virtual int Forward() => Sum(1, 2); public virtual int Sum(params List<int> few) => few.Count;", "" },
        { "public virtual object Forward() => new Pair(1, 2) with { B = 3 };", "public record Pair(int A, int B);" },
        { "public virtual object Forward() => new Pair(1, 2).Equals(new Pair(2, 1)) + new Pair(1, 1).ToString();", "public readonly record struct Pair(int A, int B);" },
        { "public virtual object Forward() => new Small(1).A;", "public record Large(int A); public sealed record Small(int B) : Large(B);" },
        { "public virtual object Forward() => new Shape(2) { D = 1 }.Area;", "public class Shape(int w) { public required int D { get; init; } public int Area => w * D; }" },
        { "public virtual int Forward() { var four = new Four(); four[1] = 2; foreach (var x in four) { } Span<int> all = four; return all[..2].Length; }", "[System.Runtime.CompilerServices.InlineArray(4)] public struct Four { int a; }" },
        { "public virtual object Forward() => $\"{this.GetHashCode():x} {1}\";", "" },
        { "public virtual object Forward() => this switch { { } when GetHashCode() > 3 => \"a\" + GetHashCode(), _ => throw new InvalidOperationException() };", "" },
        { "public virtual int Forward(string s) => s switch { \"a\" => 1, \"bb\" => 2, \"ccc\" => 3, \"dd\" => 4, \"e\" => 5, \"ff\" => 6, \"g\" => 7 };", "" },
        { "public virtual int Forward() { System.Threading.Lock a = new(); lock (a) { return 1; } }", "" },
        { "public virtual int Forward() { lock (this) { return 1; } }", "" },
        { "public virtual async System.Threading.Tasks.Task<int> Forward() { await System.Threading.Tasks.Task.Yield(); await using var a = new System.IO.MemoryStream(); return 1; }", "" },
        { "public virtual async IAsyncEnumerable<int> Forward() { await System.Threading.Tasks.Task.Yield(); yield return 1; }", "" },
        { "public virtual IEnumerable<int> Forward() { yield return 1; }", "" },
        { "public virtual object Forward() => (1, A: 2); public virtual (int X, int Y) Both((int A, int B) pair) => pair;", "" },
        { "public virtual object Forward() => new { A = 1 }.Equals(new { A = 2 });", "" },
        { "public virtual object Forward() { static int Twice(int x) => x * 2; return new Func<int, int>(Twice); }", "" },
        { "public virtual unsafe int Forward() { fixed (byte* p = \"a\"u8) { return *p; } }", "" },
        { "public virtual int Forward() { Span<int> few = stackalloc int[] { 1, 2 }; return few[^1]; }", "" },
        { "public virtual object Forward() => 3.Twice() + 3.Half;", "public static class More { public static int Twice(this int x) => x * 2; extension(int x) { public int Half => x / 2; } }" },
        { "public virtual int Forward() { Changed?.Invoke(1); return 1; } public event Action<int>? Changed;", "" },
        { "public virtual int Forward() => Rate; public int Rate { get => field; set => field = value + 1; }", "" },
        { "public virtual int Forward<T>(T x) where T : IComparable<T>, new() => x.CompareTo(new T());", "" },
        { "public virtual nint Forward() { checked { return (nint)GetHashCode() + Kind.B.ToString().Length; } }", "[Flags] public enum Kind { A = 1, B = 2 }" },
        { "public virtual object Forward() { try { return 1; } catch (Exception e) when (e.Message.Length > 1) { throw; } finally { GetHashCode(); } }", "" },
        { "public virtual int Forward([System.Runtime.CompilerServices.CallerMemberName] string a = \"\") => a.Length;", "" },
        { "public virtual int Forward(in int a, ref readonly int b, scoped ref int c) => a + b + c;", "" },
        { "public virtual dynamic? Forward() => null;", "" },
    };

    [Theory]
    [MemberData(nameof(Written))]
    public void What_the_compiler_writes_by_itself_looks_for_nothing(string members, string others)
    {
        var before = Of(_compiled.Library("Model", Source("3")));
        var after = Of(_compiled.Library("Model", Source("4")));

        AssertScope(null, before);
        Assert.Empty(FingerprintChanges.Between([.. before], [.. after]));

        string Source(string size) => Usings + $$"""
            #pragma warning disable
            namespace M;
            public class Model : IAbsModel { public object CreateNetwork() => new Network(); }
            public class Other { public int Size() => {{size}}; }
            public class Network { {{members}} }
            {{others}}
            """;
    }

    [Fact]
    public void A_place_that_an_interceptor_names_does_not_count()
    {
        Assert.Equal(Of(_compiled.Library("Model", Source("one"))), Of(_compiled.Library("Model", Source("two"))));

        static string Source(string place) => Model.Replace("namespace M;", "namespace M {", StringComparison.Ordinal).Replace("=> Rate", "=> Rate + Made.Of(1)", StringComparison.Ordinal) + $$"""

            [System.Runtime.CompilerServices.InterceptsLocation(1, "{{place}}")] file static class Made { public static int Of(int x) => x; }
            }
            namespace System.Runtime.CompilerServices
            {
                [AttributeUsage(AttributeTargets.Class)]
                file sealed class InterceptsLocationAttribute(int version, string data) : Attribute;
            }
            """;
    }

    [Theory]
    [InlineData("new Library()", true)]
    [InlineData("new Library[0]", true)]
    [InlineData("new Func<object>(() => Library.Make())", true)]
    [InlineData("typeof(Library)", true)]
    [InlineData("new List<List<Library>>()", true)]
    [InlineData("new Named()", true)]
    [InlineData("(Library.Name, Library.Size)", false)]
    [InlineData("1", false)]
    public void Libraries_count_as_used_where_the_model_reaches_them(string expression, bool isUsed)
    {
        var library = _compiled.Library("Library", "public class Library { public const string Name = \"a\"; public const int Size = 3; public static object Make() => 1; }");
        var model = _compiled.Library("Model", new CodeOptions { References = [library] }, Usings + $$"""
            namespace M;
            public class Model : IAbsModel { public object CreateNetwork() => {{expression}}; }
            [Uses(typeof(Library))] public class Named;
            public class UsesAttribute(Type type) : Attribute { public Type Type => type; }
            public class Other { public object Make() => new Library(); }
            """);
        var uses = Uses(model);

        Assert.Equal((isUsed, false), (uses.Has("Library"), uses.IsAny));
        Assert.True(uses.Has("AbsBuildTasks.Search"));
    }

    [Fact]
    public void Where_code_looks_for_members_by_name_it_may_use_any_library() =>
        Assert.True(Uses(_compiled.Library("Model", Model.Replace("=> Rate;", "=> Type.GetType(\"x\")!.Name.Length;", StringComparison.Ordinal))).IsAny);

    [Theory]
    [InlineData("Call(); [System.Runtime.InteropServices.DllImport(\"x\")] static extern int Call()", true)]
    [InlineData("System.Runtime.InteropServices.NativeLibrary.Load(\"x\").ToInt32()", true)]
    [InlineData("Rate", false)]
    public void Native_calls_are_told(string expression, bool calls) =>
        Assert.Equal(calls, Uses(_compiled.Library("Model", Model.Replace("=> Rate;", "{ return " + expression + "; }", StringComparison.Ordinal))).CallsNative);

    private static LibraryUse Uses(string file) => LibraryUse.Parse(CodeMeaning.Of([file], null).Single(entry => entry.Key == CodeMeaning.Uses).Value);

    [Fact]
    public void Reflection_in_code_that_is_not_reached_does_not_matter() =>
        AssertScope(null, Of(_compiled.Library("Model", Model + " public class Finder { public object? Find() => Type.GetType(\"x\"); }")));

    [Fact]
    public void What_is_said_of_the_assembly_counts_where_all_of_it_does()
    {
        var source = Model + " public class Second : Model;";

        Assert.Equal(["assembly:Model changed"], Changes(source, source.Replace("\"b\"", "\"c\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void Embedded_files_count()
    {
        var one = Of(_compiled.Library("Model", new CodeOptions { Resources = [("text", "one")] }, Model));
        var other = Of(_compiled.Library("Model", new CodeOptions { Resources = [("text", "two")] }, Model));

        Assert.Equal(["resource:Model/text changed"], FingerprintChanges.Between([.. one], [.. other]));
    }

    [Theory]
    [InlineData("=> x * 2", "=> x * 3", "code:L.Helper.Twice changed")]
    [InlineData("=> 7", "=> 8", null)]
    [InlineData("=> 1.5f", "=> 2.5f", "code:L.Layer.Run changed")]
    [InlineData("=> \"base\"", "=> \"other\"", "code:L.Layer.ToString changed")]
    [InlineData("T Pick<T>(IEnumerable<T> x) => x.First()", "T Pick<T>(IEnumerable<T> x) => x.Last()", "code:L.Helper.Pick changed")]
    public void Calls_lead_into_referenced_projects(string what, string other, string? change)
    {
        const string Library = """
            using System.Collections.Generic; using System.Linq;
            namespace L;
            public static class Helper
            {
                public static double Twice(double x) => x * 2;
                public static double Unused() => 7;
                public static T Pick<T>(IEnumerable<T> x) => x.First();
            }
            public class Layer { public virtual float Run() => 1.5f; public override string ToString() => "base"; }
            """;
        var model = Model.Replace("=> Rate;", "=> L.Helper.Twice(Rate) + new Conv().Size + L.Helper.Pick(new List<double> { 1 });", StringComparison.Ordinal)
            + " public class Conv : L.Layer { public int Size; }";

        Assert.Equal(change is null ? [] : [change], FingerprintChanges.Between([.. Both(Library)], [.. Both(Library.Replace(what, other, StringComparison.Ordinal))]));

        SortedDictionary<string, string> Both(string source)
        {
            var library = _compiled.Library("Library", source);
            return Of([_compiled.Library("Model", new CodeOptions { References = [library] }, model), library]);
        }
    }

    [Fact]
    public void A_type_that_is_not_where_it_was_takes_everything()
    {
        var library = _compiled.Library("Library", "public class Layer;");
        var model = _compiled.Library("Model", new CodeOptions { References = [library] }, Model.Replace("=> Rate", "=> new Layer().GetHashCode()", StringComparison.Ordinal));

        AssertScope("Layer is not where it was", Of([model, _compiled.Library("Library", "public class Moved;")]));
    }

    [Fact]
    public void Of_a_file_that_is_no_assembly_the_content_counts()
    {
        var model = _compiled.Library("Model", Model);
        var one = Of([model, _compiled.Write("native.dll", [1, 2, 3])]);
        var other = Of([model, _compiled.Write("native.dll", [1, 2, 4])]);

        AssertScope("native.dll cannot be read", one);
        Assert.Contains("code:M.Other.Size", one.Keys);
        Assert.Equal(["file:native.dll changed"], FingerprintChanges.Between([.. one], [.. other]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Of_assemblies_and_files_of_one_name_all_count(int changed)
    {
        var model = _compiled.Library("Model", Model);
        var one = Of([model, .. Libraries(1, 1), .. Natives(1, 1)]);

        AssertScope("same.dll cannot be read", one);
        AssertScope("two assemblies have one name", Of([model, .. Libraries(1, 1)]));
        Assert.NotEqual(one, Of([model, .. Libraries(changed == 0 ? 2 : 1, changed == 1 ? 2 : 1), .. Natives(1, 1)]));
        Assert.NotEqual(one, Of([model, .. Libraries(1, 1), .. Natives((byte)(changed == 0 ? 2 : 1), (byte)(changed == 1 ? 2 : 1))]));
        Assert.Equal(one, Of([model, .. Libraries(1, 1), .. Natives(1, 1)]));

        string[] Libraries(params int[] sizes) => [.. sizes.Select(size => _compiled.Library("Same", $"public class Layer {{ public int Size() => {size}; }}"))];
        string[] Natives(params byte[] contents) => [.. contents.Select((content, i) => _compiled.Write(FormattableString.Invariant($"{i}/same.dll"), [content]))];
    }

    [Fact]
    public void The_model_assembly_itself_may_be_no_assembly() =>
        Assert.Equal(["code", "file:model.dll"], Of(_compiled.Write("model.dll", [1, 2, 3])).Keys);

    [Fact]
    public void All_of_an_engine_that_is_built_along_counts()
    {
        var model = _compiled.Library("Model", Model);

        Assert.Equal(["engine:AbsBuildTasks.Engine changed"], FingerprintChanges.Between(
            [.. Of([model, _compiled.Library("AbsBuildTasks.Engine", "class A { int B() => 1; }")])],
            [.. Of([model, _compiled.Library("AbsBuildTasks.Engine", "class A { int B() => 2; }")])]));
    }

    [Fact]
    public void A_damaged_file_never_fails_and_never_passes_for_the_whole_one()
    {
        var file = _compiled.Library("Model", Model);
        var content = File.ReadAllBytes(file);
        var whole = Of(file);
        var random = new Random(1);
        for (var round = 0; round < 600; round++)
        {
            var damaged = content.ToArray();
            for (var i = 0; i < 3; i++)
            {
                damaged[random.Next(round % 2 == 0 ? 1024 : content.Length)] ^= (byte)(1 << random.Next(8));
            }

            Assert.NotEmpty(Of(_compiled.Write("damaged.dll", damaged)));
        }

        foreach (var length in Enumerable.Range(0, content.Length / 200).Select(i => i * 100))
        {
            Assert.NotEqual(whole, Of(_compiled.Write("damaged.dll", content[..length])));
        }
    }

    private static void AssertScope(string? doubt, SortedDictionary<string, string> entries) =>
        Assert.Equal(doubt is null ? "what the model reaches" : "all, because " + doubt, entries["code"]);

    private static SortedDictionary<string, string> Of(string file, string? type = null) => Of([file], type);

    private static SortedDictionary<string, string> Of(string[] files, string? type = null) =>
        new(CodeMeaning.Of(files, type).Where(entry => entry.Key != CodeMeaning.Uses).ToDictionary(entry => entry.Key, entry => entry.Value), StringComparer.Ordinal);

    private IReadOnlyList<string> Changes(string before, string after) =>
        FingerprintChanges.Between([.. Of(_compiled.Library("Model", before))], [.. Of(_compiled.Library("Model", after))]);
}
