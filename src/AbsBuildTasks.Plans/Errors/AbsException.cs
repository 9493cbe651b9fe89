namespace AbsBuildTasks.Plans.Errors;

/// <summary>
/// A failure a user can cause and mend: a code documented in docs/errors.md, and one line that says what to do.
/// </summary>
/// <remarks>
/// The code's first digit names the family: 1 configuration, 2 model and data, 3 search, 4 plan verification,
/// 5 cache, 9 a defect of this product.
/// </remarks>
public sealed class AbsException : Exception
{
    /// <summary>Creates a failure.</summary>
    /// <param name="code">One of <see cref="AbsCodes"/>.</param>
    /// <param name="message">One line: what is wrong and what to do about it.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public AbsException(string code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>The code, such as <c>ABS1003</c>.</summary>
    public string Code { get; }
}
