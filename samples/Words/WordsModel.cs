using AbsBuildTasks.Search;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Words;

/// <summary>Which of five languages a word is of.</summary>
public sealed class WordsModel : IAbsModel
{
    // Every fifth word is held out.
    private const int TestStride = 5;

    /// <inheritdoc />
    public Module CreateNetwork() => new WordNetwork();

    /// <inheritdoc />
    public ModelData LoadData(ModelContext context)
    {
        var words = WordLists.Read([.. WordLists.Languages.Select(context.DataFile)]).Index().ToLookup(word => word.Index % TestStride == 0, word => word.Item);
        return new ModelData(Data([.. words[false]]), Data([.. words[true]]));
    }

    private static LabelledData Data((string Word, int Language)[] words) => new(
        tensor(words.SelectMany(word => WordLists.Numbers(word.Word)).ToArray()).reshape(words.Length, WordLists.Length),
        tensor(words.Select(word => (long)word.Language).ToArray()));
}
