using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Data;
using static TorchSharp.torch.nn;

namespace Digits;

/// <summary>Handwritten digits: what the search needs to know about this project's model.</summary>
public sealed class DigitsModel : IAbsModel
{
    /// <inheritdoc />
    public Module CreateNetwork() => new DigitsNetwork();

    /// <inheritdoc />
    public ModelData LoadData(ModelContext context)
    {
        // A row holds 64 pixels of 0 to 16, then the label. Every fifth image is held out: both parts see all writers.
        var digits = CsvReader.Read(context.DataFile("data/digits.csv.gz"), classes: 10).Reshaped(1, 8, 8);
        return new LabelledData(digits.Inputs / 16, digits.Targets).HoldOut(every: 5);
    }
}
