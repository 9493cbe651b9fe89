namespace AbsBuildTasks.Search.OnnxExport.Quantized;

/// <summary>How a weight lies in a file.</summary>
/// <param name="IsOnIntegers">Whether runtimes run the layer on integers.</param>
/// <param name="WidenedBytes">Bytes that it takes beyond those of its bits, for want of a type.</param>
internal readonly record struct PackedWeight(bool IsOnIntegers, long WidenedBytes);
