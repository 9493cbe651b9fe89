using AbsBuildTasks.Fingerprints.Code;
using AbsBuildTasks.Plans.Fingerprints;
using static AbsBuildTasks.Tests.Fingerprints.Code.CodeScopes;

namespace AbsBuildTasks.Tests.Fingerprints.Code;

/// <summary>Code that finds other code by name, and which libraries the code uses.</summary>
public sealed class CodeLookupTests : IDisposable
{
    private readonly Compiled _compiled = new();

    public void Dispose() => _compiled.Dispose();

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
}
