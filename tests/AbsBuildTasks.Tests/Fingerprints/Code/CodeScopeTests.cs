using AbsBuildTasks.Fingerprints.Code;
using AbsBuildTasks.Plans.Fingerprints;
using Microsoft.CodeAnalysis;
using static AbsBuildTasks.Tests.Fingerprints.Code.CodeScopes;

namespace AbsBuildTasks.Tests.Fingerprints.Code;

/// <summary>Which of the project's code counts for a model.</summary>
public sealed class CodeScopeTests : IDisposable
{
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

    private IReadOnlyList<string> Changes(string before, string after) =>
        FingerprintChanges.Between([.. Of(_compiled.Library("Model", before))], [.. Of(_compiled.Library("Model", after))]);
}
