using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Errors;

/// <summary>
/// A failure a user can cause and mend: a code documented in docs/errors.md, and one line that says what to do.
/// </summary>
/// <remarks>
/// The code's first digit names the family: 1 configuration, 2 model and data, 3 search, 4 plan verification,
/// 5 cache, 6 ONNX files, 9 a defect of this product.
/// </remarks>
public sealed class AbsException : Exception
{
    /// <summary>Creates a failure.</summary>
    /// <param name="code">One of <see cref="AbsCodes"/>.</param>
    /// <param name="message">One line: what is wrong and what to do about it.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public AbsException(string code, string message, Exception? innerException)
        : base(message, innerException) => (Code, Detail) = (code, message);

    /// <inheritdoc cref="AbsException(string, string, Exception)"/>
    public AbsException(string code, string message)
        : this(code, message, null)
    {
    }

    /// <summary>Creates a failure that is at a place in a file; the message begins with it.</summary>
    /// <param name="code">One of <see cref="AbsCodes"/>.</param>
    /// <param name="place">Where.</param>
    /// <param name="detail">One line without the place: what is wrong and what to do about it.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    internal AbsException(string code, SourcePlace place, string detail, Exception? innerException)
        : base($"{Prefix(place)}: {detail}", innerException) => (Code, Place, Detail) = (code, place, detail);

    /// <inheritdoc cref="AbsException(string, SourcePlace, string, Exception)"/>
    internal AbsException(string code, SourcePlace place, string detail)
        : this(code, place, detail, null)
    {
    }

    /// <summary>The code, such as <c>ABS1003</c>.</summary>
    public string Code { get; }

    /// <summary>Where in a file, where that is known.</summary>
    internal SourcePlace? Place { get; }

    /// <summary>The layer that it is about, where it is about one.</summary>
    public string? Layer { get; init; }

    /// <summary>The message without the place.</summary>
    public string Detail { get; }

    private static string Prefix(SourcePlace place) =>
        Printable.Escape(place.File) + (place.Line > 0 ? FormattableString.Invariant($"({place.Line},{place.Column})") : "");
}
