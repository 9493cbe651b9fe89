namespace AbsBuildTasks.Plans.Targets;

/// <summary>Which levels a target has for the inputs of layers.</summary>
internal enum InputLevels
{
    /// <summary>From zero up for inputs that are never negative, around zero for the others.</summary>
    Both,

    /// <summary>Around zero for all of them.</summary>
    Signed,
}
