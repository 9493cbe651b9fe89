using System.Reflection;
using System.Xml.Linq;
using Cake.Core.Annotations;
using Cake.Core.Tooling;

namespace AbsBuildTasks.Cake.Tests;

/// <summary>Cake's own conventions for aliases, which its documentation and tools rely on.</summary>
public class AliasDocumentationTests
{
    private static readonly Assembly Addin = typeof(AbsTargetAliases).Assembly;

    private static readonly Dictionary<string, XElement> Documentation = XDocument
        .Load(Path.ChangeExtension(Addin.Location, ".xml"))
        .Descendants("member")
        .ToDictionary(member => member.Attribute("name")!.Value, member => member);

    private static IEnumerable<MethodInfo> Aliases => Addin.GetExportedTypes().Where(type => type.Name.EndsWith("Aliases", StringComparison.Ordinal)).SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static));

    [Fact]
    public void There_are_aliases_for_the_targets_that_make_plans_and_for_the_comparison() =>
        Assert.Equal(["AbsAcceptPlans", "AbsDiff", "AbsReport", "AbsSearch", "AbsVerifyPlans"], Aliases.Select(alias => alias.Name).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Every_alias_is_marked_extends_the_context_and_has_a_category() => Assert.All(Aliases, alias =>
    {
        Assert.NotNull(alias.GetCustomAttribute<CakeMethodAliasAttribute>());
        Assert.Equal(typeof(ICakeContext), alias.GetParameters()[0].ParameterType);
        Assert.NotEmpty(alias.GetCustomAttributes<CakeAliasCategoryAttribute>());
        Assert.NotEmpty(alias.DeclaringType!.GetCustomAttributes<CakeAliasCategoryAttribute>());
    });

    [Fact]
    public void Every_alias_has_an_example_of_its_use() => Assert.All(Aliases, alias =>
    {
        var member = Documentation.Single(entry => entry.Key.StartsWith($"M:{alias.DeclaringType!.FullName}.{alias.Name}(", StringComparison.Ordinal)
            && entry.Value.Elements("param").Select(parameter => parameter.Attribute("name")!.Value).SequenceEqual(alias.GetParameters().Select(parameter => parameter.Name!)));
        Assert.Contains(alias.Name + "(", member.Value.Element("example")!.Element("code")!.Value, StringComparison.Ordinal);
    });

    [Fact]
    public void Every_settings_class_has_an_example_and_is_imported_into_scripts() => Assert.All(
        Addin.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(ToolSettings)) && !type.IsAbstract),
        type =>
        {
            Assert.Contains("new " + type.Name, Documentation["T:" + type.FullName].Element("example")!.Element("code")!.Value, StringComparison.Ordinal);
            Assert.Contains(type.Namespace, Aliases.SelectMany(alias => alias.DeclaringType!.GetCustomAttributes<CakeNamespaceImportAttribute>()).Select(import => import.Namespace));
            Assert.NotNull(type.GetConstructor([]));
        });

    [Fact]
    public void Every_type_that_a_script_writes_is_named_in_the_docs()
    {
        var page = File.ReadAllText(Repository.PathOf("docs/cake.md"));

        Assert.All(
            Addin.GetExportedTypes().Where(type => type.IsEnum || (type.IsSubclassOf(typeof(ToolSettings)) && !type.IsAbstract)),
            type =>
            {
                Assert.Contains($"`{type.Name}`", page, StringComparison.Ordinal);
                Assert.Contains($"`{type.Namespace}`", page, StringComparison.Ordinal);
            });
    }

    [Fact]
    public void Every_class_has_an_example() => Assert.All(
        Addin.GetExportedTypes().Where(type => type.IsClass),
        type => Assert.NotEmpty(Documentation["T:" + type.FullName].Element("example")!.Element("code")!.Value));
}
