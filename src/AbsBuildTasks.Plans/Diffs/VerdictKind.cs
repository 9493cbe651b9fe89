namespace AbsBuildTasks.Plans.Diffs;

/// <summary>What becomes of a plan.</summary>
internal enum VerdictKind
{
    /// <summary>It is what was accepted.</summary>
    Unchanged,

    /// <summary>It is another plan, and the committed snapshot holds it.</summary>
    Accepted,

    /// <summary>It is another plan than the snapshot's, and the policy lets it pass.</summary>
    Allowed,

    /// <summary>There was no plan of this model before.</summary>
    New,

    /// <summary>It is another plan than the snapshot's, and the policy does not let it pass.</summary>
    Refused,
}
