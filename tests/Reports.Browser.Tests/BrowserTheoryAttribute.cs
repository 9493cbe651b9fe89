namespace Reports.Browser.Tests;

/// <summary>A test that needs a Chromium: <c>ABS_TESTS_CHROMIUM</c> names it, or it is where systems install it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = Browser.Executable is null
        ? "There is no Chromium; install one (apt-get install chromium), or name one by ABS_TESTS_CHROMIUM."
        : null;
}
