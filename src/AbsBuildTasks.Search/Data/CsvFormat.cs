namespace AbsBuildTasks.Search.Data;

/// <summary>How a CSV file is laid out.</summary>
public sealed record CsvFormat
{
    /// <summary>What stands between two values. Default: a comma.</summary>
    public char Separator { get; init; } = ',';

    /// <summary>Whether the first line names the columns. Default: false.</summary>
    public bool HasHeader { get; init; }

    /// <summary>The column of the label, from 0, or from −1 backwards. Default: −1, the last one.</summary>
    public int LabelColumn { get; init; } = -1;
}
