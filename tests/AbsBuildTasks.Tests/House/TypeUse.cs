namespace AbsBuildTasks.Tests.House;

/// <summary>One type naming another that lies in another folder of its project.</summary>
/// <param name="Folder">Folder of the type that names the other.</param>
/// <param name="Type">The type that names the other.</param>
/// <param name="OtherFolder">Folder of the type that is named.</param>
/// <param name="OtherType">The type that is named.</param>
internal sealed record TypeUse(string Folder, string Type, string OtherFolder, string OtherType)
{
    public override string ToString() => $"{Folder}/{Type} uses {OtherFolder}/{OtherType}";
}
