using static AbsBuildTasks.Tests.Fingerprints.Code.CodeScopes;

namespace AbsBuildTasks.Tests.Fingerprints.Code;

/// <summary>
/// What the compiler writes by itself, such as types, attributes and calls, makes no more code count, and hides none: of each
/// form of the language, 111 stands in code that the model reaches, and 999 in code that it does not.
/// </summary>
public sealed class WrittenByCompilerTests : IDisposable
{
    private const string Members = " public double Used() => 111; public double Unused() => 999; public static double Other() => 999; }";
    private const string Rest = " + 111; public static double Unused() => 999; }";

    private readonly Compiled _compiled = new();

    /// <summary>A form, what is declared with it, and how the model uses that.</summary>
    public static TheoryData<string, string, string> Forms => new()
    {
        { "indexer", "class C { public double this[int i] => i * 111; public static double Unused() => 999; }", "new C()[2]" },
        { "collection: array", "class C { public static double Sum(int[] x) => x.Length" + Rest, "C.Sum([1, 2, 3])" },
        { "collection: constants", "class C { public static double Sum(int[] x) => x[0]; public static double Unused() => 999; }", "C.Sum([111, 2, 3, 4])" },
        { "collection: list", "class C { public static double Sum(List<int> x) => x.Count" + Rest, "C.Sum([1, 2, 3])" },
        { "collection: sequence", "class C { public static double Sum(IEnumerable<int> x) => x.Count()" + Rest, "C.Sum([1, (int)Rate, 3])" },
        { "collection: one element", "class C { public static double Sum(IReadOnlyList<double> x) => x[0]" + Rest, "C.Sum([Rate])" },
        { "collection: span", "class C { public static double Sum(ReadOnlySpan<double> x) => x[0]" + Rest, "C.Sum([Rate, 1])" },
        { "collection: spread", "class C { public static double[] All => [1, 2]; public static double Sum(double[] x) => x[0]" + Rest, "C.Sum([.. C.All, Rate, .. C.All.Skip(1)])" },
        {
            "collection: builder",
            "[System.Runtime.CompilerServices.CollectionBuilder(typeof(B), \"Create\")] class C : List<int>; static class B { public static C Create(ReadOnlySpan<int> x) => new() { x.Length + 111 }; } class D { public static double Unused() => 999; public static double Sum(C c) => c[0]; }",
            "D.Sum([1, 2])"
        },
        { "record", "record C(int A) {" + Members, "new C(3).Used()" },
        { "record: with", "record C(int A) {" + Members, "(new C(3) with { A = 4 }).Used()" },
        { "record: derived", "record B(int A); record C(int A, int X) : B(A) {" + Members, "new C(3, 4).Used() + (new C(3, 4) == new B(2) ? 1 : 0)" },
        { "record: generic", "record C<T>(T A) {" + Members, "new C<string>(\"\").Used()" },
        { "record: struct", "readonly record struct C(int A) {" + Members, "new C(3).Used()" },
        { "inline array", "[System.Runtime.CompilerServices.InlineArray(4)] struct Four { double _one; } class C { public static double Sum(double one) { var x = new Four(); x[1] = one; foreach (var y in x) { one += y; } return x[1..][0] + one + 111; } public static double Unused() => 999; }", "C.Sum(Rate)" },
        { "params: span", "class C { public static double Sum(params ReadOnlySpan<double> x) => x[0]" + Rest, "C.Sum(Rate, 2)" },
        { "params: constants", "class C { public static double Sum(params ReadOnlySpan<int> x) => x[0]; public static double Unused() => 999; }", "C.Sum(111, 2, 3, 4)" },
        { "params: list", "class C { public static double Sum(params List<double> x) => x[0]" + Rest, "C.Sum(Rate, 2)" },
        { "primary constructor", "class C(double a) { public double Used() => a * 111; public double Unused() => a * 999; }", "new C(2).Used()" },
        { "primary constructor: base", "class B(double a) { public double Used() => a; } class C(double a) : B(a * 111) { public double Unused() => 999; }", "new C(2).Used()" },
        { "extension method", "static class C { public static double Used(this double x) => x * 111; public static double Unused(this double x) => x * 999; }", "Rate.Used()" },
        { "extension members: method", "static class C { extension(double x) { public double Used() => x * 111; public double Unused() => x * 999; public static double Other() => 999; } }", "Rate.Used()" },
        { "extension members: property", "static class C { extension(double x) { public double Used => x * 111; public double Unused => x * 999; } }", "Rate.Used" },
        { "extension members: static", "static class C { extension(double) { public static double Used() => 111; public static double Unused() => 999; } }", "double.Used()" },
        { "extension members: operator", "class D; static class C { extension(D) { public static double operator +(D x, D y) => 111; public static double operator -(D x, D y) => 999; } }", "(new D() + new D())" },
        { "extension members: generic", "static class C { extension<T>(List<T> x) { public double Used() => x.Count * 111; public double Unused() => x.Count * 999; } }", "new List<int>().Used()" },
        { "readonly member", "struct C { double _a; public readonly double Used() => _a + 111; public readonly double Unused() => _a + 999; }", "new C().Used()" },
        { "readonly reference", "class C { double _a = 111; public ref readonly double Used() => ref _a; public ref readonly double Unused() { _a = 999; return ref _a; } }", "new C().Used()" },
        { "field keyword", "class C { public double A { get => field + 111; set; } public static double Unused() => 999; }", "new C().A" },
        { "interpolated text", "class C { public static double Used(double x) => $\"{x:0.0} 111\".Length; public static double Unused(double x) => $\"{x} 999\".Length; }", "C.Used(Rate)" },
        { "switch over texts", "class C { public static double Used(string x) => x switch { \"a\" => 1, \"b\" => 2, \"c\" => 3, \"d\" => 4, \"e\" => 5, \"f\" => 6, \"g\" => 7, _ => 111 }; public static double Unused() => 999; }", "C.Used(ToString()!)" },
        { "iterator", "class C { public static IEnumerable<double> Used() { yield return 1; yield return 111; } public static IEnumerable<double> Unused() { yield return 999; } }", "C.Used().Sum()" },
        { "asynchronous method", "class C { public static async System.Threading.Tasks.Task<double> Used() { await System.Threading.Tasks.Task.Yield(); return 111; } public static async System.Threading.Tasks.Task<double> Unused() { await System.Threading.Tasks.Task.Yield(); return 999; } }", "C.Used().Result" },
        { "lambda and local function", "class C { public static double Used() { return F(x => x + 111); static double F(Func<double, double> f) => f(1); } public static double Unused() { return F(x => x + 999); static double F(Func<double, double> f) => f(1); } }", "C.Used()" },
        { "lambda: default value", "class C { public static double Used() { var f = (double x = 111) => x; return f(); } public static double Unused() { var f = (double x = 999) => x; return f(); } }", "C.Used()" },
        { "anonymous type", "class C { public static double Used() => new { A = 111.0 }.A; public static double Unused() => new { A = 999.0, B = 1 }.A; }", "C.Used()" },
        { "tuples with names", "class C { public static (double A, int B) Used() => (111, 2); public static (double X, int Y) Unused() => (999, 2); }", "C.Used().A" },
        { "required members", "class C { public required double A { get; init; } public double Used() => A + 111; public double Unused() => 999; }", "new C { A = 1 }.Used()" },
        { "reference structure", "ref struct C(Span<double> x) { Span<double> _x = x; public double Used() => _x.Length + 111; public double Unused() => 999; }", "new C(new double[2]).Used()" },
        { "lock", "class C { readonly System.Threading.Lock _lock = new(); public double Used() { lock (_lock) { return 111; } } public double Unused() { lock (_lock) { return 999; } } }", "new C().Used()" },
        { "bytes of a text", "class C { public static double Used() => \"111\"u8.Length + \"111\"u8[0]; public static double Unused() => \"999\"u8[0]; }", "C.Used()" },
        { "list pattern", "class C { public static double Used(int[] x) => x is [1, .. var y] ? y.Length : 111; public static double Unused(int[] x) => x is [999, ..] ? 1 : 0; }", "C.Used(new int[3])" },
        { "compound assignment", "class C { double _a; public void operator +=(double x) => _a += x * 111; public void operator -=(double x) => _a -= x * 999; public static double Used(C c) { c += 1; return c._a; } }", "C.Used(new C())" },
        { "static abstract members", "interface I { static abstract double Used(); } class C : I { public static double Used() => 111; } class D { public static double Of<T>() where T : I => T.Used(); public static double Unused() => 999; }", "D.Of<C>()" },
        { "asynchronous iterator", "class C { public static async IAsyncEnumerable<double> Used() { await System.Threading.Tasks.Task.Yield(); yield return 111; } public static async IAsyncEnumerable<double> Unused() { await System.Threading.Tasks.Task.Yield(); yield return 999; } }", "C.Used().GetAsyncEnumerator().Current" },
        { "method group", "class C { static double One() => 111; static double Other() => 999; static double Run(Func<double> f) => f(); public static double Used() => Run(One); public static double Unused() => Run(Other); }", "C.Used()" },
        { "function pointer", "unsafe class C { static double One() => 111; static double Other() => 999; public static double Used() { delegate*<double> f = &One; return f(); } public static double Unused() { delegate*<double> f = &Other; return f(); } }", "C.Used()" },
        { "fixed buffer", "unsafe struct C { fixed byte _bytes[8]; public double Used() => _bytes[1] + 111; public double Unused() => _bytes[2] + 999; }", "new C().Used()" },
        { "decimal constant", "class C { const decimal A = 111.5m; public static double Used() => (double)A; public static double Unused() => 999; }", "C.Used()" },
        { "decimal default value", "class C { public static double Used(decimal x = 111m) => (double)x; public static double Unused(decimal x = 999m) => (double)x; }", "C.Used()" },
        { "covariant result", "class B { public virtual object Used() => 1; } class C : B { public override string Used() => \"111\"; public string Unused() => \"999\"; }", "new C().Used().Length" },
        { "unmanaged constraint", "class C { public static double Used<T>(T x) where T : unmanaged => 111; public static double Unused<T>(T x) where T : unmanaged => 999; }", "C.Used(1)" },
        { "scoped parameter", "class C { public static double Used<T>(scoped T x) where T : allows ref struct => 111; public static double Unused<T>(scoped T x) where T : allows ref struct => 999; }", "C.Used(1)" },
        { "readonly reference parameter", "class C { public static double Used(ref readonly double x) => x + 111; public static double Unused(ref readonly double x) => x + 999; }", "C.Used(1.0)" },
        { "conditional assignment", "class C { public double A; public static double Used(C? c) { c?.A = 111; return c!.A; } public static double Unused(C? c) { c?.A = 999; return 1; } }", "C.Used(new C())" },
        { "event", "class C { event Action? Changed; public double Used() { Changed += () => { }; Changed(); return 111; } public double Unused() => 999; }", "new C().Used()" },
        { "default value of a parameter", "class C { public static double Used(double x = 111, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(x))] string y = \"\") => x + y.Length; public static double Unused(double x = 999) => x; }", "C.Used()" },
    };

    public void Dispose() => _compiled.Dispose();

    [Theory]
    [MemberData(nameof(Forms))]
    public void It_makes_no_more_code_count_and_hides_none(string form, string declared, string used)
    {
        var source = Model.Replace("=> Rate;", $"=> {used};", StringComparison.Ordinal) + " " + declared;
        var entries = Entries(source);

        AssertScope(null, entries);
        Assert.True(!entries.SequenceEqual(Entries(source.Replace("111", "112", StringComparison.Ordinal))), $"{form}: a change in code that is reached does not count");
        Assert.True(entries.SequenceEqual(Entries(source.Replace("999", "998", StringComparison.Ordinal))), $"{form}: code counts that is not reached");
    }

    [Fact]
    public void A_records_type_that_code_asks_it_for_may_be_used_for_anything()
    {
        var source = Model.Replace("=> Rate;", "=> new C(3).Used();", StringComparison.Ordinal) + " record C(int A) { public double Used() => EqualityContract.GetHashCode(); public double Unused() => 999; }";

        AssertScope("M.C.Used uses get_EqualityContract", Entries(source));
    }

    private SortedDictionary<string, string> Entries(string source) => Of(_compiled.Library("Model", source));
}
