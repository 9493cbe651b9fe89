namespace VerifyTests;

internal sealed record CompareResult(bool IsEqual, string? Message)
{
    public static CompareResult Equal { get; } = new(true, null);

    public static CompareResult NotEqual(string? message) => new(false, message);
}
