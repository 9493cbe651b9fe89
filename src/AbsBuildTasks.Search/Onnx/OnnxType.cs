namespace AbsBuildTasks.Search.Onnx;

/// <summary>What the elements of a tensor are, with ONNX's numbers. A file may state others, whose elements are not read.</summary>
internal enum OnnxType
{
    /// <summary>Not stated.</summary>
    Undefined = 0,

    /// <summary>Floating point, 32 bits.</summary>
    Float = 1,

    /// <summary>Whole numbers, 0 to 255.</summary>
    UInt8 = 2,

    /// <summary>Whole numbers, −128 to 127.</summary>
    Int8 = 3,

    /// <summary>Whole numbers of 16 bits, 0 and above.</summary>
    UInt16 = 4,

    /// <summary>Whole numbers of 16 bits.</summary>
    Int16 = 5,

    /// <summary>Whole numbers of 32 bits.</summary>
    Int32 = 6,

    /// <summary>Whole numbers of 64 bits.</summary>
    Int64 = 7,

    /// <summary>Texts.</summary>
    Text = 8,

    /// <summary>True or false, a byte each.</summary>
    Bool = 9,

    /// <summary>Floating point, 16 bits.</summary>
    Float16 = 10,

    /// <summary>Floating point, 64 bits.</summary>
    Double = 11,

    /// <summary>Whole numbers of 32 bits, 0 and above.</summary>
    UInt32 = 12,

    /// <summary>Whole numbers of 64 bits, 0 and above.</summary>
    UInt64 = 13,

    /// <summary>The upper 16 bits of <see cref="Float"/>.</summary>
    BFloat16 = 16,

    /// <summary>Whole numbers, 0 to 15, two a byte with the first in the low bits.</summary>
    UInt4 = 21,

    /// <summary>Whole numbers, −8 to 7, two a byte with the first in the low bits.</summary>
    Int4 = 22,

    /// <summary>Whole numbers, 0 to 3, four a byte with the first in the low bits.</summary>
    UInt2 = 25,

    /// <summary>Whole numbers, −2 to 1, four a byte with the first in the low bits.</summary>
    Int2 = 26,
}
