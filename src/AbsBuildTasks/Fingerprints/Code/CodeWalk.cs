using System.Reflection;
using System.Reflection.Metadata;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Fingerprints.Code;

/// <summary>Goes from a type to all that its code may use in the project's assemblies, and hashes each member on the way.</summary>
/// <remarks>
/// Reaches too much rather than too little. A type that is reached brings what others call without naming it:
/// constructors, virtual methods, accessors of properties and events, and methods with attributes; so a call of a virtual method
/// reaches every override in a type that is reached. Types come with what they derive from, implement, and consist of.
/// </remarks>
/// <param name="program">The assemblies.</param>
/// <param name="handedOut">Types whose members code may use by their names; null where that may be any.</param>
internal sealed class CodeWalk(CodeProgram program, IReadOnlyCollection<Member>? handedOut)
{
    /// <summary>What the names of types and methods begin with.</summary>
    public const string Prefix = "code:";

    private readonly Dictionary<string, SortedSet<string>> _hashes = new(StringComparer.Ordinal);
    private readonly Queue<Member> _pending = new();
    private readonly HashSet<Member> _reached = [];
    private readonly HashSet<Member> _exposed = [];
    private readonly HashSet<CodeAssembly> _entered = [];
    private string _now = "";

    /// <summary>The assemblies.</summary>
    public CodeProgram Program => program;

    /// <summary>What the code refers to beside the assemblies.</summary>
    public LibraryUse Libraries { get; } = new();

    /// <summary>Why what was reached is not all that code may use, or null where it is.</summary>
    public string? Doubt { get; private set; }

    /// <summary>Types that were handed out as values, so that any of their members may be used.</summary>
    public IReadOnlyCollection<Member> HandedOut => _exposed;

    /// <summary>The name under which a method counts. Overloads share it.</summary>
    public static string NameOf(CodeAssembly assembly, MethodDefinitionHandle method)
    {
        var definition = assembly.Metadata.GetMethodDefinition(method);
        return $"{Prefix}{assembly.NameOf(definition.GetDeclaringType())}.{assembly.NameOf(definition.Name)}";
    }

    /// <summary>Goes from a type.</summary>
    /// <returns>Names of what was reached, and hashes.</returns>
    /// <exception cref="NotUnderstoodException">An assembly is damaged.</exception>
    public SortedDictionary<string, string> From(Member type)
    {
        Reach(type, all: false);
        return Go();
    }

    /// <summary>Takes everything there is.</summary>
    /// <returns>Names and hashes.</returns>
    /// <exception cref="NotUnderstoodException">An assembly is damaged.</exception>
    public SortedDictionary<string, string> Everything()
    {
        foreach (var assembly in program.Assemblies)
        {
            foreach (var type in assembly.Metadata.TypeDefinitions.Where(type => !assembly.IsGenerated(type)))
            {
                Reach(new Member(assembly, type), all: true);
            }

            Add(assembly, "assembly:" + assembly.Name, unit => AttributeText.Write(unit, assembly.Metadata.GetAssemblyDefinition().GetCustomAttributes()));
        }

        return Go();
    }

    /// <summary>Reaches a type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="all">Whether any of its methods may be called, whatever their names.</param>
    public void Reach(Member type, bool all)
    {
        var isNew = _reached.Add(type);
        if (isNew)
        {
            _pending.Enqueue(type);
        }

        if (all ? _exposed.Add(type) : isNew)
        {
            Guard(type.Assembly, () =>
            {
                Enter(type.Assembly);
                foreach (var method in MethodsOf(type, all))
                {
                    ReachMethod(type with { Handle = method });
                }
            });
        }
    }

    /// <summary>Reaches a method.</summary>
    public void ReachMethod(Member method)
    {
        if (_reached.Add(method))
        {
            _pending.Enqueue(method);
        }
    }

    /// <summary>Reaches the type of this full name, where there is one.</summary>
    public void ReachNamed(string fullName)
    {
        foreach (var type in program.Assemblies.Select(assembly => assembly.Find(fullName)).OfType<Member>())
        {
            Reach(type, all: true);
        }
    }

    /// <summary>Whether code may use a type's members by their names.</summary>
    public bool IsHandedOut(Member type) => handedOut is null || handedOut.Contains(type);

    /// <summary>Meets something that may lead anywhere.</summary>
    public void Meet(string name) => Doubt ??= $"{_now} uses {name}";

    private static IEnumerable<EntityHandle> MethodsOf(Member type, bool all)
    {
        var (metadata, definition) = (type.Assembly.Metadata, type.Type);
        HashSet<MethodDefinitionHandle> accessors =
        [
            .. definition.GetProperties().Select(property => metadata.GetPropertyDefinition(property).GetAccessors()).SelectMany(pair => new[] { pair.Getter, pair.Setter }),
            .. definition.GetEvents().Select(entry => metadata.GetEventDefinition(entry).GetAccessors()).SelectMany(pair => new[] { pair.Adder, pair.Remover, pair.Raiser }),
        ];
        foreach (var handle in definition.GetMethods())
        {
            var method = metadata.GetMethodDefinition(handle);
            var name = metadata.GetString(method.Name);
            if (!GeneratedNames.IsMethod(name)
                && (all || name[0] == '.' || (method.Attributes & MethodAttributes.Virtual) != 0
                    || (accessors.Contains(handle) && (method.Attributes & MethodAttributes.Static) == 0)
                    || AttributeText.Any(type.Assembly, method.GetCustomAttributes())))
            {
                yield return handle;
            }
        }
    }

    private SortedDictionary<string, string> Go()
    {
        while (_pending.Count > 0)
        {
            var member = _pending.Dequeue();
            Guard(member.Assembly, () => Write(member));
        }

        var result = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in _hashes)
        {
            result[entry.Key] = entry.Value.Count == 1 ? entry.Value.Min : ContentHash.Of(string.Join("\n", entry.Value));
        }

        return result;
    }

    private void Write(Member member)
    {
        if (member.Handle.Kind == HandleKind.TypeDefinition)
        {
            var type = (TypeDefinitionHandle)member.Handle;
            Add(member.Assembly, Prefix + member.Assembly.NameOf(type), unit => TypeText.Write(unit, type));
        }
        else
        {
            var method = (MethodDefinitionHandle)member.Handle;
            Add(member.Assembly, NameOf(member.Assembly, method), unit => MethodText.Write(unit, method));
        }
    }

    // An assembly that any code is reached in is loaded: its initialiser runs, and its embedded files are at hand.
    private void Enter(CodeAssembly assembly)
    {
        if (!_entered.Add(assembly))
        {
            return;
        }

        if (assembly.Find(GeneratedNames.Module) is { } module)
        {
            Reach(module, all: true);
        }

        foreach (var resource in assembly.Metadata.ManifestResources.Select(assembly.Metadata.GetManifestResource)
            .Where(resource => !assembly.IsForCompilers(assembly.Metadata.GetString(resource.Name))))
        {
            Add(assembly, $"resource:{assembly.Name}/{assembly.Metadata.GetString(resource.Name)}", unit => unit.Put(assembly.ContentOf(resource)));
        }
    }

    // Overloads have one name, and so have types of two assemblies.
    private void Add(CodeAssembly assembly, string name, Action<CodeUnit> write)
    {
        var outer = _now;
        _now = name.Substring(name.IndexOf(':') + 1);
        Guard(assembly, () =>
        {
            var unit = new CodeUnit(this, assembly);
            write(unit);
            if (!_hashes.TryGetValue(name, out var hashes))
            {
                _hashes[name] = hashes = new SortedSet<string>(StringComparer.Ordinal);
            }

            hashes.Add(unit.Finish());
        });
        _now = outer;
    }

    private static void Guard(CodeAssembly assembly, Action read)
    {
        try
        {
            read();
        }
        catch (Exception exception) when (NotUnderstoodException.IsOfDamage(exception))
        {
            throw new NotUnderstoodException(assembly, exception);
        }
    }
}
