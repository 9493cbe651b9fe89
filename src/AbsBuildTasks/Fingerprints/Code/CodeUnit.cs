using System.Globalization;
using System.Reflection.Metadata;
using System.Text;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Fingerprints.Code;

/// <summary>
/// The text of one member that a programmer wrote, with all that the compiler made of it: lambdas, closures, state
/// machines, constant data.
/// </summary>
/// <remarks>
/// What the compiler made has no lasting name. It is numbered in the order in which the text first refers to it, and its
/// own text follows: so it counts wherever in its assembly it lies, and two that differ are never taken for one.
/// </remarks>
internal sealed class CodeUnit
{
    private readonly StringBuilder _text = new();
    private readonly Dictionary<EntityHandle, string> _numbers = [];
    private readonly Queue<EntityHandle> _made = new();

    /// <summary>Begins a text.</summary>
    /// <param name="walk">Is told what the member reaches.</param>
    /// <param name="home">The member's assembly.</param>
    public CodeUnit(CodeWalk walk, CodeAssembly home)
    {
        (Walk, Home) = (walk, home);
        References = new References(walk, home, NumberOf);
    }

    /// <summary>Is told what the member reaches.</summary>
    public CodeWalk Walk { get; }

    /// <summary>The member's assembly.</summary>
    public CodeAssembly Home { get; }

    /// <summary>Names what the text refers to.</summary>
    public References References { get; }

    /// <summary>Appends a piece; its length goes before it, so that no two lists of pieces make the same text.</summary>
    public void Put(string piece) => _text.Append(piece.Length.ToString(CultureInfo.InvariantCulture)).Append(':').Append(piece);

    /// <summary>Appends a number.</summary>
    public void Put(long number) => Put(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Appends bytes.</summary>
    public void Put(byte[] bytes) => Put(Hex(bytes));

    /// <summary>Appends pieces whose order says nothing.</summary>
    public void PutSorted(IEnumerable<string> pieces)
    {
        string[] sorted = [.. pieces.OrderBy(piece => piece, StringComparer.Ordinal)];
        Put(sorted.Length);
        foreach (var piece in sorted)
        {
            Put(piece);
        }
    }

    /// <summary>Bytes as text.</summary>
    public static string Hex(byte[] bytes) => BitConverter.ToString(bytes);

    /// <summary>The number of something that the compiler made, whose text will follow.</summary>
    public string NumberOf(EntityHandle made)
    {
        if (!_numbers.TryGetValue(made, out var number))
        {
            number = FormattableString.Invariant($"#{_numbers.Count}");
            _numbers[made] = number;
            _made.Enqueue(made);
        }

        return number;
    }

    /// <summary>Appends what the compiler made, and hashes the whole.</summary>
    public string Finish()
    {
        while (_made.Count > 0)
        {
            var made = _made.Dequeue();
            Put(_numbers[made]);
            switch (made.Kind)
            {
                case HandleKind.TypeDefinition:
                    TypeText.Write(this, (TypeDefinitionHandle)made);
                    break;
                case HandleKind.MethodDefinition:
                    MethodText.Write(this, (MethodDefinitionHandle)made);
                    break;
                default:
                    FieldText.Write(this, (FieldDefinitionHandle)made);
                    break;
            }
        }

        return ContentHash.Of(_text.ToString());
    }
}
