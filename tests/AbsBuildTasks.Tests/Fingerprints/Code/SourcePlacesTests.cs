using AbsBuildTasks.Fingerprints.Code;

namespace AbsBuildTasks.Tests.Fingerprints.Code;

/// <summary>The lines of code that a change is told with.</summary>
public sealed class SourcePlacesTests : IDisposable
{
    private const string Source = """
        using System.Collections.Generic;
        using System.Threading.Tasks;
        namespace M;
        public class Network<T>
        {
            private int _size = 3;
            public int Forward(int x) =>
                x * 2;
            public IEnumerable<int> Sizes()
            {
                yield return _size;
            }
            public async Task<int> Later() { await Task.Yield(); return 1; }
            public class Part { public static int Of<T1, T2>(int x) => x; public static int Of(int x) { return x; } }
            public extern int Nowhere();
        }
        """;

    // As hashes are.
    private const string Old = "0000000000000000000000000000000000000000000000000000000000000000";
    private const string New = "1111111111111111111111111111111111111111111111111111111111111111";

    private readonly Compiled _compiled = new();

    public void Dispose() => _compiled.Dispose();

    [Theory]
    [InlineData("code:M.Network`1.Forward", Old, New, "changed (File0.cs, line 8)")]
    [InlineData("code:M.Network`1.Forward", null, New, "is new (File0.cs, line 8)")]
    [InlineData("code:M.Network`1.Sizes", Old, New, "changed (File0.cs, line 10)")]
    [InlineData("code:M.Network`1.Later", Old, New, "changed (File0.cs, line 13)")]
    [InlineData("code:M.Network`1..ctor", Old, New, "changed (File0.cs, line 6)")]
    [InlineData("code:M.Network`1+Part.Of", Old, New, "changed (File0.cs, line 14)")]
    [InlineData("code:M.Network`1.Forward", Old, null, "is gone")]
    [InlineData("code:M.Network`1.Nowhere", Old, New, "changed")]
    [InlineData("code:M.Network`1", Old, New, "changed")]
    [InlineData("setting:Seed", "1", "2", "changed from 1 to 2")]
    public void A_change_of_a_method_is_told_with_its_line(string name, string? before, string? after, string told)
    {
        var file = _compiled.Library("Model", new CodeOptions { IsDebug = true, Folder = "C:\\src" }, Source);

        Assert.Equal([$"{name} {told}"], SourcePlaces.In([new(name, before, after)], [file]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_symbols_that_can_be_read_there_is_none(bool isDamaged)
    {
        var file = _compiled.Library("Model", new CodeOptions { IsDebug = true }, Source);
        if (isDamaged)
        {
            File.WriteAllBytes(Compiled.SymbolsOf(file), File.ReadAllBytes(Compiled.SymbolsOf(file))[..100]);
        }
        else
        {
            File.Delete(Compiled.SymbolsOf(file));
        }

        Assert.Equal(["code:M.Network`1.Forward changed"], SourcePlaces.In([new("code:M.Network`1.Forward", Old, New)], [file, "/nowhere/Other.dll"]));
    }
}
