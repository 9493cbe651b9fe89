namespace AbsBuildTasks.Plans.Settings;

/// <summary>The first part of a search that a setting changes.</summary>
internal enum SettingScope
{
    /// <summary>Full-precision training.</summary>
    Training,

    /// <summary>The further training of the network that the plan is compared with, and the search.</summary>
    Baseline,

    /// <summary>The same further training, and fine-tuning; not the search.</summary>
    FineTuning,

    /// <summary>Only what comes after these: calibration, search, freezing, fine-tuning.</summary>
    Search,

    /// <summary>Nothing of the model's own plan: it asks for further plans beside it, and is in no fingerprint.</summary>
    Sweep,
}
