namespace Build.Tests.Faults;

/// <summary>Like <see cref="DiskTheoryAttribute"/>, for a test without data.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class DiskFactAttribute : FactAttribute
{
    public DiskFactAttribute() => Skip = DiskTheoryAttribute.Missing;
}
