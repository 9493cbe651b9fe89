using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace AbsBuildTasks.Cli.Tests.Templates;

/// <summary>A job of a workflow for GitHub, whose scripts can be run step by step.</summary>
internal sealed partial class WorkflowJob
{
    private readonly Dictionary<string, string> _variables;
    private readonly YamlSequenceNode _steps;
    private readonly Dictionary<string, string> _values;

    /// <summary>Reads a job.</summary>
    /// <param name="file">The workflow.</param>
    /// <param name="job">The job's name.</param>
    /// <param name="values">What the expressions between <c>${{</c> and <c>}}</c> come to. One that is not here fails the test.</param>
    public WorkflowJob(string file, string job, Dictionary<string, string> values)
    {
        var yaml = new YamlStream();
        using (var text = new StreamReader(file))
        {
            yaml.Load(text);
        }

        _values = values;
        var workflow = (YamlMappingNode)yaml.Documents[0].RootNode;
        var node = (YamlMappingNode)workflow["jobs"][job];
        _steps = (YamlSequenceNode)node["steps"];
        _variables = [];
        foreach (var owner in new[] { workflow, node })
        {
            ReadVariables(owner);
        }
    }

    /// <summary>The variables of workflow and job.</summary>
    public IReadOnlyDictionary<string, string> Variables => _variables;

    /// <summary>A step's script and variables.</summary>
    /// <param name="name">Its name.</param>
    public (string Script, IReadOnlyDictionary<string, string> Variables) Step(string name)
    {
        var step = _steps.Children.Cast<YamlMappingNode>().Single(step => step.Children.TryGetValue("name", out var value) && value.ToString() == name);
        return (((YamlScalarNode)step["run"]).Value!, VariablesOf(step));
    }

    /// <summary>Names of the steps that have a script, in their order.</summary>
    public IReadOnlyList<string> Scripts => [.. _steps.Children.Cast<YamlMappingNode>().Where(step => step.Children.ContainsKey("run")).Select(step => step["name"].ToString())];

    private void ReadVariables(YamlMappingNode owner)
    {
        foreach (var (name, value) in VariablesOf(owner))
        {
            _variables[name] = value;
        }
    }

    private Dictionary<string, string> VariablesOf(YamlMappingNode owner) => owner.Children.TryGetValue("env", out var variables)
        ? ((YamlMappingNode)variables).Children.ToDictionary(pair => pair.Key.ToString(), pair => Expression().Replace(pair.Value.ToString(), match => _values[match.Groups[1].Value]))
        : [];

    [GeneratedRegex(@"\$\{\{ (.*?) \}\}")]
    private static partial Regex Expression();
}
