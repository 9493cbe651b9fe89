using AbsBuildTasks.Fingerprints.Code;
using AbsBuildTasks.Plans.Fingerprints;

namespace AbsBuildTasks.Tests.Fingerprints.Code;

/// <summary>What changes the meaning of a model's code, and what does not.</summary>
public sealed class CodeMeaningTests : IDisposable
{
    private readonly Compiled _compiled = new();

    public void Dispose() => _compiled.Dispose();

    /// <summary>Members of the network, and what else there is; then the same with a difference that says nothing.</summary>
    public static TheoryData<string, string, string, string> Same => new()
    {
        { "public double Forward() => 2;", "", "// Twice.\n\npublic double Forward()\n{\n    return 2;\n}", "" },
        { "public double Forward() { var a = Rate(); var b = Rate(); return a * b + a; } double Rate() => 0.5;", "", "public double Forward() { var x = Rate(); var y = Rate(); return x * y + x; } double Rate() => 0.5;", "" },
        { "public double Forward() => 2;", "", "public double Forward() => 2;", "public class Other { public int X = 3; public override string ToString() => \"other\"; }" },
        { "public double Forward() => A() + B(); double A() => 1; double B() => 2;", "", "double B() => 2; double A() => 1; public double Forward() => A() + B();", "" },
        { "public double Forward() => 2;", "", "static double Unused() => new[] { 1.0, 2 }.Select(x => x + 1).Sum(); public double Forward() => 2;", "" },
        { "public Func<double> Forward(double k) => () => k + 1;", "", "void Unused(int n) { Func<int> f = () => n; f(); } public Func<double> Forward(double k) => () => k + 1;", "" },
        { "public double Forward() => new[] { 1.0 }.Select(x => x * 2).Sum();", "", "static Func<int, int> Unused() => y => y; public double Forward() => new[] { 1.0 }.Select(z => z * 2).Sum();", "" },
        { "public double Forward() { double k = Rate(); Func<double> f = () => k; return f(); } double Rate() => 1;", "", "public double Forward() { double rate = Rate(); Func<double> g = () => rate; return g(); } double Rate() => 1;", "" },
        { "public double Forward() { return Local(2); double Local(double x) => x + 1; }", "", "static int Unused() { return Local(2); int Local(int x) => x - 1; } public double Forward() { return Local(2); double Local(double x) => x + 1; }", "" },
        { "public IEnumerable<int> Forward() { for (var i = 0; i < 3; i++) { yield return i; } }", "", "IEnumerable<int> Unused() { yield break; } public IEnumerable<int> Forward() { for (var j = 0; j < 3; j++) { yield return j; } }", "" },
        { "public async Task<int> Forward() { var a = 1; await Task.Yield(); return a + 1; }", "", "async Task Unused() => await Task.Yield(); public async Task<int> Forward() { var b = 1; await Task.Yield(); return b + 1; }", "" },
        { "public int[] Forward() => [1, 2, 3, 4, 5, 6, 7, 8, 9];", "", "int[] Unused() => [9, 8, 7, 6, 5, 4, 3, 2, 1]; public int[] Forward() => [1, 2, 3, 4, 5, 6, 7, 8, 9];", "" },
        { "public object Forward() => new { A = 1 };", "", "object Unused() => new { B = 1, C = 2 }; public object Forward() => new { A = 1 };", "" },
        { "public double Forward() => 2;", "", "public double Forward() => 2;", "public class Faster : Network { public double Speed() => 3; }" },
        { "public Func<int, int> Forward() => Math.Abs;", "", "static int Own(int x) => x; Func<int, int> Unused() => Own; public Func<int, int> Forward() => Math.Abs;", "" },
        { "public double Forward() => 2;", "", "public double Forward() => 2; string? Unused(string? a, string b) => null;", "" },
        { "public int Forward() => Helper.Twice(1);", "public static class Helper { public static int Twice(int x) => x * 2; }", "public int Forward() => Helper.Twice(1);", "public static class Helper { public static int Thrice(int x) => x * 3; public static int Twice(int x) => x * 2; }" },
        { "public int Forward() => Box<int>.Pick(1);", "public static class Box<T> { public static int Pick(int x) => 1; public static int Pick(T x) => 2; }", "public int Forward() => Box<int>.Pick(1);", "public static class Box<T> { public static int Pick(int x) => 1; public static int Pick(T x) => 3; }" },
        { "public double Forward() => new Local().Rate;", "file class Local { public double Rate = 1; }", "public double Forward() => new Local().Rate;", "file class Local { public double Rate = 1; } file class Unused;" },

        // Names that nothing can read.
        { "public double Forward(double a) => a;", "", "public double Forward(double input) => input;", "" },
        { "public double Forward() => Rate(2); double Rate(double a) => a * 0.5;", "", "public double Forward() => Speed(2); double Speed(double b) => b * 0.5;", "" },
        { "public int Forward() => Twice<int>(1) + Depth(3); static T Twice<T>(T x) => x; int Depth(int n) => n == 0 ? 0 : Depth(n - 1);", "", "public int Forward() => Same<int>(1) + Down(3); static T Same<T>(T x) => x; int Down(int n) => n == 0 ? 0 : Down(n - 1);", "" },
        { "public Func<int, int> Forward() => Own; static int Own(int x) => x;", "", "public Func<int, int> Forward() => Mine; static int Mine(int x) => x;", "" },
        { "public int Forward() => new Box<int>().Get();", "public class Box<T> { public int Get() => Own(); int Own() => 1; }", "public int Forward() => new Box<int>().Get();", "public class Box<T> { public int Get() => Mine(); int Mine() => 1; }" },
        { "public int Forward() => new Inner().Get(); static int Own() => 1; class Inner { public int Get() => Own(); }", "", "public int Forward() => new Inner().Get(); static int Mine() => 1; class Inner { public int Get() => Mine(); }", "" },
        { "public IEnumerable<int> Forward() { foreach (var x in All()) { yield return x; } } IEnumerable<int> All() { yield return 1; }", "", "public IEnumerable<int> Forward() { foreach (var y in Each()) { yield return y; } } IEnumerable<int> Each() { yield return 1; }", "" },
    };

    /// <summary>The same with a difference that counts, and the entry that tells it.</summary>
    public static TheoryData<string, string, string, string, string> Changed => new()
    {
        // Instructions and their operands.
        { "public double Forward() => 2;", "", "public double Forward() => 2.5;", "", "code:M.Network.Forward changed" },
        { "public float Forward() => 2.5f;", "", "public float Forward() => 2.25f;", "", "code:M.Network.Forward changed" },
        { "public long Forward() => 5000000000;", "", "public long Forward() => 5000000001;", "", "code:M.Network.Forward changed" },
        { "public int Forward() => 100000;", "", "public int Forward() => 100001;", "", "code:M.Network.Forward changed" },
        { "public int Forward() => 100;", "", "public int Forward() => 101;", "", "code:M.Network.Forward changed" },
        { "public double Forward() => 2 + Rate; double Rate = 1;", "", "public double Forward() => 2 - Rate; double Rate = 1;", "", "code:M.Network.Forward changed" },
        { "public string Forward() => \"relu\";", "", "public string Forward() => \"gelu\";", "", "code:M.Network.Forward changed" },
        { "public string Forward() => \"\\ud800\";", "", "public string Forward() => \"\\ud801\";", "", "code:M.Network.Forward changed" },
        { "public double Forward(double a) => Math.Sin(a);", "", "public double Forward(double a) => Math.Cos(a);", "", "code:M.Network.Forward changed" },
        { "public double Forward(double a, double b) => a;", "", "public double Forward(double a, double b) => b;", "", "code:M.Network.Forward changed" },
        { "public int Forward(int a) { switch (a) { case 0: return 1; case 1: return 5; case 2: return 7; case 3: return 9; default: return 0; } }", "", "public int Forward(int a) { switch (a) { case 0: return 1; case 1: return 5; case 2: return 7; case 4: return 9; default: return 0; } }", "", "code:M.Network.Forward changed" },
        { "public int Forward(object o) => o is string ? 1 : 2;", "", "public int Forward(object o) => o is int[] ? 1 : 2;", "", "code:M.Network.Forward changed" },
        { "public object Forward() => new List<int>();", "", "public object Forward() => new List<long>();", "", "code:M.Network.Forward changed" },
        { "public int Forward() => A; int A = 1; int B = 1;", "", "public int Forward() => B; int A = 1; int B = 1;", "", "code:M.Network.Forward changed" },
        { "public int Forward() { try { return int.Parse(\"a\"); } catch (FormatException) { return 0; } }", "", "public int Forward() { try { return int.Parse(\"a\"); } catch (OverflowException) { return 0; } }", "", "code:M.Network.Forward changed" },
        { "public int Forward() { try { return int.Parse(\"a\"); } catch (Exception e) when (e.HResult == 1) { return 0; } }", "", "public int Forward() { try { return int.Parse(\"a\"); } catch (Exception e) when (e.HResult == 2) { return 0; } }", "", "code:M.Network.Forward changed" },
        { "public unsafe int Forward() { delegate*<int, int> f = &A; return f(1); } static int A(int x) => x; static int B(int x) => -x;", "", "public unsafe int Forward() { delegate*<int, int> f = &B; return f(1); } static int A(int x) => x; static int B(int x) => -x;", "", "code:M.Network.Forward changed" },
        { "[System.Runtime.CompilerServices.SkipLocalsInit] public unsafe int Forward() { int a; return *&a; }", "", "public unsafe int Forward() { int a; return *&a; }", "", "code:M.Network.Forward changed" },
        { "public ReadOnlySpan<byte> Forward() => [1, 2, 3, 4, 5, 6, 7, 8, 9];", "", "public ReadOnlySpan<byte> Forward() => [1, 2, 3, 4, 5, 6, 7, 8, 7];", "", "code:M.Network.Forward changed" },
        { "public long[] Forward() => [16, 32, 64, 128];", "", "public long[] Forward() => [16, 32, 64, 256];", "", "code:M.Network.Forward changed" },

        // What the compiler makes of it.
        { "public double Forward() => new[] { 1.0 }.Select(x => x * 2).Sum();", "", "public double Forward() => new[] { 1.0 }.Select(x => x * 3).Sum();", "", "code:M.Network.Forward changed" },
        { "public Func<double> Forward(double k) => () => k + 1;", "", "public Func<double> Forward(double k) => () => k + 2;", "", "code:M.Network.Forward changed" },
        { "public Func<double> Forward(double k, double l) => () => k - l;", "", "public Func<double> Forward(double k, double l) => () => l - k;", "", "code:M.Network.Forward changed" },
        { "public double Forward() { return A(1) + B(2); double A(double x) => x; double B(double x) => x * x; }", "", "public double Forward() { return B(1) + A(2); double A(double x) => x; double B(double x) => x * x; }", "", "code:M.Network.Forward changed" },
        { "public IEnumerable<int> Forward() { yield return 1; }", "", "public IEnumerable<int> Forward() { yield return 2; }", "", "code:M.Network.Forward changed" },
        { "public async Task<int> Forward() { await Task.Yield(); return 1; }", "", "public async Task<int> Forward() { await Task.Yield(); return 2; }", "", "code:M.Network.Forward changed" },
        { "public async IAsyncEnumerable<int> Forward() { await Task.Yield(); yield return 1; }", "", "public async IAsyncEnumerable<int> Forward() { await Task.Yield(); yield return 2; }", "", "code:M.Network.Forward changed" },
        { "public object Forward() => new { Width = 1 };", "", "public object Forward() => new { Depth = 1 };", "", "code:M.Network.Forward changed" },
        { "public Func<int, int> Forward() => Own; static int Own(int x) => x;", "", "public Func<int, int> Forward() => Own; static int Own(int x) => -x;", "", "code:M.Network.Forward changed" },
        { "public int Forward() => new Local().Rate();", "file class Local { public int Rate() => 1; }", "public int Forward() => new Local().Rate();", "file class Local { public int Rate() => 2; }", "code:M.<File0>F__Local.Rate changed" },

        // What is called, directly or not.
        { "public double Forward() => Rate(); static double Rate() => 0.5;", "", "public double Forward() => Rate(); static double Rate() => 0.25;", "", "code:M.Network.Forward changed" },
        { "public int Forward() => Make<Small>().Get(); static T Make<T>() where T : new() => new T();", "public class Small { public int Size; public Small() => Size = 1; public int Get() => Size; }", "public int Forward() => Make<Small>().Get(); static T Make<T>() where T : new() => new T();", "public class Small { public int Size; public Small() => Size = 2; public int Get() => Size; }", "code:M.Small..ctor changed" },
        { "public int Forward() => Box<int>.Twice(1);", "public static class Box<T> { public static int Twice(int x) => x * 2; }", "public int Forward() => Box<int>.Twice(1);", "public static class Box<T> { public static int Twice(int x) => x * 3; }", "code:M.Box`1.Twice changed" },
        { "public double Forward() => 2; int Size = 1;", "", "public double Forward() => 2; int Size = 2;", "", "code:M.Network..ctor changed" },
        { "public double Forward() => Rate() + Speed(); double Rate() => 1; double Speed() => 2;", "", "public double Forward() => Rate() + Rate(); double Rate() => 1; double Speed() => 2;", "", "code:M.Network.Forward changed" },
        { "public object Forward() => Rate; Func<int> Rate => Same() ? One : Two; bool Same() => (Func<int>)One == (Func<int>)Two; int One() => 1; int Two() => 1;", "", "public object Forward() => Rate; Func<int> Rate => Same() ? One : Two; bool Same() => (Func<int>)One == (Func<int>)One; int One() => 1; int Two() => 1;", "", "code:M.Network.get_Rate changed" },

        // Names that something may read.
        { "public object Forward() => typeof(D);", "public class D { int Run() => 1; }", "public object Forward() => typeof(D);", "public class D { int Walk() => 1; }", "code:M.D.Walk is new" },
        { "public object Forward() => typeof(D);", "public class D { public int Run(int a) => 1; }", "public object Forward() => typeof(D);", "public class D { public int Run(int b) => 1; }", "code:M.D.Run changed" },
        { "public object Forward() => new D(1);", "public class D(int a);", "public object Forward() => new D(1);", "public class D(int b);", "code:M.D..ctor changed" },
        { "public object Forward() => new D();", "public class D { [Obsolete] int Run() => 1; }", "public object Forward() => new D();", "public class D { [Obsolete] int Walk() => 1; }", "code:M.D.Walk is new" },
        { "public object Forward() => Run(); [Obsolete] int Run() => 1;", "", "public object Forward() => Walk(); [Obsolete] int Walk() => 1;", "", "code:M.Network.Walk is new" },
        { "[System.Runtime.InteropServices.DllImport(\"one\")] static extern int Call(); public int Forward() => Call();", "", "[System.Runtime.InteropServices.DllImport(\"one\")] static extern int Other(); public int Forward() => Other();", "", "code:M.Network.Other is new" },
        { "public double Forward() => 2; static int Size = int.Parse(\"1\");", "", "public double Forward() => 2; static int Size = int.Parse(\"2\");", "", "code:M.Network..cctor changed" },
        { "public int Forward() => Layer.Make().Run();", "public class Layer { public static Layer Make() => new Conv(); public virtual int Run() => 1; } public class Conv : Layer { public override int Run() => 2; }", "public int Forward() => Layer.Make().Run();", "public class Layer { public static Layer Make() => new Conv(); public virtual int Run() => 1; } public class Conv : Layer { public override int Run() => 3; }", "code:M.Conv.Run changed" },
        { "public int Forward() => Layer.Make().Run();", "public class Layer { public static Layer Make() => new Conv(); public virtual int Run() => 1; } public class Conv : Layer { }", "public int Forward() => Layer.Make().Run();", "public class Layer { public static Layer Make() => new Conv(); public virtual int Run() => 1; } public class Conv : Layer { public override int Run() => 1; }", "code:M.Conv.Run is new" },
        { "public int Forward() => ((IRun)new Conv()).Run();", "public interface IRun { int Run() => 1; } public class Conv : IRun { }", "public int Forward() => ((IRun)new Conv()).Run();", "public interface IRun { int Run() => 2; } public class Conv : IRun { }", "code:M.IRun.Run changed" },
        { "public int Forward() => ((IRun)new Conv()).Run();", "public interface IRun { int Run(); } public class Conv : IRun { int IRun.Run() => 1; }", "public int Forward() => ((IRun)new Conv()).Run();", "public interface IRun { int Run(); } public class Conv : IRun { int IRun.Run() => 2; }", "code:M.Conv.M.IRun.Run changed" },
        { "public int Forward() => Get<Conv>(); static int Get<T>() where T : IMake<T> => T.Size();", "public interface IMake<T> { static abstract int Size(); } public class Conv : IMake<Conv> { public static int Size() => 1; }", "public int Forward() => Get<Conv>(); static int Get<T>() where T : IMake<T> => T.Size();", "public interface IMake<T> { static abstract int Size(); } public class Conv : IMake<Conv> { public static int Size() => 2; }", "code:M.Conv.Size changed" },
        { "public int Forward() => new Shape(1, 2).Area;", "public record Shape(int W, int H) { public int Area => W * H; }", "public int Forward() => new Shape(1, 2).Area;", "public record Shape(int W, int H) { public int Area => W + H; }", "code:M.Shape.get_Area changed" },
        { "public string Forward() => new Shape(1, 2).ToString();", "public record Shape(int W, int H);", "public string Forward() => new Shape(1, 2).ToString();", "public record Shape(int W, int D);", "code:M.Shape.PrintMembers changed" },
        { "public int Forward() => new Shape(1).Get();", "public class Shape(int w) { public int Get() => w; }", "public int Forward() => new Shape(1).Get();", "public class Shape(int w) { public int Get() => w + 1; }", "code:M.Shape.Get changed" },
        { "public int Forward() => new Part().Get();", "public partial class Part { public int Get() => Own(); private partial int Own(); } public partial class Part { private partial int Own() => 1; }", "public int Forward() => new Part().Get();", "public partial class Part { public int Get() => Own(); private partial int Own(); } public partial class Part { private partial int Own() => 2; }", "code:M.Part.Get changed" },
        { "public int Forward() => 1;", "static class Start { [System.Runtime.CompilerServices.ModuleInitializer] internal static void Run() => Console.WriteLine(1); }", "public int Forward() => 1;", "static class Start { [System.Runtime.CompilerServices.ModuleInitializer] internal static void Run() => Console.WriteLine(2); }", "code:M.Start.Run changed" },

        // What types, fields and members are.
        { "public int Forward() => 1; [Obsolete(\"a\")] int Size;", "", "public int Forward() => 1; [Obsolete(\"b\")] int Size;", "", "code:M.Network changed" },
        { "[Obsolete(\"a\")] public int Forward() => 1;", "", "[Obsolete(\"b\")] public int Forward() => 1;", "", "code:M.Network.Forward changed" },
        { "public int Forward() => 1; [Obsolete(\"a\")] int Size { get; set; }", "", "public int Forward() => 1; [Obsolete(\"b\")] int Size { get; set; }", "", "code:M.Network changed" },
        { "public int Forward(int a = 1) => a;", "", "public int Forward(int a = 2) => a;", "", "code:M.Network.Forward changed" },
        { "public int Forward() => 1; int A; string B;", "", "public int Forward() => 1; string B; int A;", "", "code:M.Network changed" },
        { "public int Forward() => 1; int first;", "", "public int Forward() => 1; int second;", "", "code:M.Network changed" },
        { "public object Forward() => Kind.A;", "public enum Kind { A = 1, B = 2 }", "public object Forward() => Kind.A;", "public enum Kind { A = 1, B = 3 }", "code:M.Kind changed" },
        { "public object Forward() => new S();", "[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Sequential, Pack = 1)] public struct S { public int A; }", "public object Forward() => new S();", "[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Sequential, Pack = 2)] public struct S { public int A; }", "code:M.S changed" },
        { "public object Forward() => new S();", "[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Explicit)] public struct S { [System.Runtime.InteropServices.FieldOffset(0)] public int A; }", "public object Forward() => new S();", "[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Explicit)] public struct S { [System.Runtime.InteropServices.FieldOffset(4)] public int A; }", "code:M.S changed" },
        { "public object Forward() => new C();", "public class C : IDisposable { public void Dispose() { } }", "public object Forward() => new C();", "public class C { public void Dispose() { } }", "code:M.C changed" },
        { "public object Forward() => new C<int>();", "public class C<T> where T : struct;", "public object Forward() => new C<int>();", "public class C<T>;", "code:M.C`1 changed" },
        { "public object Forward() => new C<int>();", "public class C<T> where T : IComparable;", "public object Forward() => new C<int>();", "public class C<T> where T : IFormattable;", "code:M.C`1 changed" },
        { "[System.Runtime.InteropServices.DllImport(\"one\")] static extern int Call(); public int Forward() => Call();", "", "[System.Runtime.InteropServices.DllImport(\"two\")] static extern int Call(); public int Forward() => Call();", "", "code:M.Network.Call changed" },
        { "public object Forward() => new C();", "[Uses(typeof(D))] public class C; public class D { public int Run() => 1; } public class UsesAttribute(Type type) : Attribute { public Type Type => type; }", "public object Forward() => new C();", "[Uses(typeof(D))] public class C; public class D { public int Run() => 2; } public class UsesAttribute(Type type) : Attribute { public Type Type => type; }", "code:M.D.Run changed" },
        { "public object Forward() => typeof(D);", "public class D { public int Run() => 1; }", "public object Forward() => typeof(D);", "public class D { public int Run() => 2; }", "code:M.D.Run changed" },
        { "public object Forward() => new D();", "public class D { [Obsolete] int Run() => 1; }", "public object Forward() => new D();", "public class D { [Obsolete] int Run() => 2; }", "code:M.D.Run changed" },
        { "public object Forward() => new D();", "public class D { public int Rate { set => Console.WriteLine(value); } }", "public object Forward() => new D();", "public class D { public int Rate { set => Console.WriteLine(-value); } }", "code:M.D.set_Rate changed" },
    };

    [Theory]
    [MemberData(nameof(Same))]
    public void What_says_nothing_does_not_count(string members, string others, string membersAfter, string othersAfter) =>
        Assert.Empty(Changes(Network(members, others), Network(membersAfter, othersAfter)));

    [Theory]
    [MemberData(nameof(Changed))]
    public void What_code_does_counts_and_is_told_by_its_member(string members, string others, string membersAfter, string othersAfter, string expected)
    {
        var changes = Changes(Network(members, others), Network(membersAfter, othersAfter));

        Assert.Contains(expected, changes);
    }

    // Virtual, as a module's forward is: nothing in the project calls it.
    private static string Network(string members, string others) => $$"""
        #pragma warning disable
        using System; using System.Linq; using System.Collections.Generic; using System.Threading.Tasks; using AbsBuildTasks.Search;
        namespace M;
        public class Model : IAbsModel { public object CreateNetwork() => new Network(); }
        public class Network { {{members.Replace("public ", "public virtual ", StringComparison.Ordinal)}} }
        {{others}}
        """;

    private IReadOnlyList<string> Changes(string before, string after) => FingerprintChanges.Between(
        CodeMeaning.Of([_compiled.Library("Model", before)], null),
        CodeMeaning.Of([_compiled.Library("Model", after)], null));
}
