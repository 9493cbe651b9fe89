using static AbsBuildTasks.Tests.Fingerprints.Code.CodeScopes;

namespace AbsBuildTasks.Tests.Fingerprints.Code;

/// <summary>
/// Methods that the compiler calls in place of others, as generators have it do: 111 stands in code that the model then runs,
/// and 999 in code that it does not, such as the method that the source calls.
/// </summary>
public sealed class InterceptorTests : IDisposable
{
    private readonly Compiled _compiled = new();

    /// <summary>A form, what is declared with it, how the model calls it, and the method that is called instead.</summary>
    public static TheoryData<string, string, string, string> Forms => new()
    {
        { "static method", "static class C { public static double Used(double x) => x + 999; }", "C.Used(Rate)", "double Instead(double x) => x * 111;" },
        { "method", "class C { public double Used(double x) => x + 999; }", "new C().Used(Rate)", "double Instead(this C c, double x) => x * 111;" },
        { "method of a base", "class B { public double Used(double x) => x + 999; } class C : B;", "new C().Used(Rate)", "double Instead(this B c, double x) => x * 111;" },
        { "method of an interface", "interface I { double Used(double x); } class C { public static I? One; }", "C.One!.Used(Rate)", "double Instead(this I c, double x) => x * 111;" },
        { "extension method", "static class C { public static double Used(this double x) => x + 999; }", "Rate.Used()", "double Instead(this double x) => x * 111;" },
        { "extension members", "static class C { extension(double x) { public double Used() => x + 999; } }", "Rate.Used()", "double Instead(this double x) => x * 111;" },
        { "generic method", "static class C { public static double Used<T>(T x) => x!.GetHashCode() + 999; }", "C.Used(Rate)", "double Instead<T>(T x) => x!.GetHashCode() * 111;" },
        { "method of another assembly", "class C;", "Math.Abs(Rate)", "double Instead(double x) => x * 111;" },
        { "instead, with the one that was called", "static class C { public static double Used(double x) => x + 111; public static double Other() => 999; }", "C.Used(Rate)", "double Instead(double x) => C.Used(x) * 2;" },
    };

    public void Dispose() => _compiled.Dispose();

    [Theory]
    [MemberData(nameof(Forms))]
    public void What_is_called_instead_counts_and_nothing_else(string form, string declared, string used, string instead)
    {
        var entries = Entries("111", "999");

        AssertScope(null, entries);
        Assert.True(!entries.SequenceEqual(Entries("112", "999")), $"{form}: a change in code that is reached does not count");
        Assert.True(entries.SequenceEqual(Entries("111", "998")), $"{form}: code counts that is not reached");
        Assert.Contains("code:M.Made.Instead", entries.Keys.Select(WithoutFile));

        SortedDictionary<string, string> Entries(string reached, string other)
        {
            var source = With($"{Model.Replace("=> Rate;", $"=> {used};", StringComparison.Ordinal)} {declared}");
            var made = With($$"""
                using System;
                namespace M
                {
                    file static class Made { {{Compiled.Intercepts(source, used.Contains("Abs", StringComparison.Ordinal) ? "Abs" : "Used")}} public static {{instead}} public static double Unused() => 999; }
                }
                namespace System.Runtime.CompilerServices
                {
                    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
                    file sealed class InterceptsLocationAttribute(int version, string data) : Attribute;
                }
                """);
            return Of(_compiled.Library("Model", new CodeOptions { Interceptors = "M" }, source, made));

            string With(string text) => text.Replace("111", reached, StringComparison.Ordinal).Replace("999", other, StringComparison.Ordinal);
        }
    }

    private static string WithoutFile(string key) => System.Text.RegularExpressions.Regex.Replace(key, "<[^<>]*>F[0-9A-F]*__", "");
}
