namespace AbsBuildTasks.Cake.Targets;

/// <summary>Which plans become snapshots. What is not set is left to the project.</summary>
/// <remarks>Only a plan of the project as it is can be accepted (ABS4010), so what the search was told of fingerprints has to be told here, too.</remarks>
/// <example>
/// <code>
/// AbsAcceptPlans("./src/Models/Models.csproj", new AbsAcceptPlansSettings { Configuration = "Release" });
/// </code>
/// </example>
public sealed class AbsAcceptPlansSettings : AbsTargetSettings
{
    /// <summary>Gets or sets the names of the models whose plans are accepted (<c>AbsAccept</c>), separated by semicolons; by default all.</summary>
    public string? Accept { get; set; }

    /// <summary>Gets or sets why the plans are accepted (<c>AbsAcceptReason</c>), which is written beside the snapshots; by default nothing is.</summary>
    public string? AcceptReason { get; set; }

    /// <summary>Gets or sets who accepts them (<c>AbsAcceptBy</c>); by default the user of this machine.</summary>
    public string? AcceptBy { get; set; }

    /// <summary>Gets or sets the last day that the reason holds (<c>AbsAcceptUntil</c>), such as <c>2026-01-31</c>; by default it holds for good.</summary>
    public string? AcceptUntil { get; set; }

    /// <summary>Gets or sets how code counts in fingerprints (<c>AbsFingerprintCode</c>).</summary>
    public AbsFingerprintCode? FingerprintCode { get; set; }

    /// <summary>Gets or sets how data files count in fingerprints (<c>AbsDataFingerprint</c>).</summary>
    public AbsDataFingerprint? DataFingerprint { get; set; }

    /// <summary>Gets or sets up to which size of a model's files they count by content (<c>AbsDataHashLimit</c>), such as <c>2GB</c>.</summary>
    public string? DataHashLimit { get; set; }

    /// <inheritdoc/>
    internal override string Target => "AbsAcceptPlans";

    /// <inheritdoc/>
    internal override IEnumerable<(string Name, string? Value)> PackageProperties(ICakeEnvironment environment) =>
    [
        .. base.PackageProperties(environment),
        ("AbsAccept", Accept),
        ("AbsAcceptReason", AcceptReason),
        ("AbsAcceptBy", AcceptBy),
        ("AbsAcceptUntil", AcceptUntil),
        ("AbsFingerprintCode", PropertyText.Of(FingerprintCode)),
        ("AbsDataFingerprint", PropertyText.Of(DataFingerprint)),
        ("AbsDataHashLimit", DataHashLimit),
    ];
}
