using System.Reflection;
using Cake.Core;

namespace Cake.Frosting;

/// <summary>A context.</summary>
public interface IFrostingContext : ICakeContext;

/// <summary>A context over another.</summary>
public class FrostingContext(ICakeContext context) : CakeContextAdapter(context), IFrostingContext;

/// <summary>Compiles, but does not run: that takes the real one.</summary>
public sealed class CakeHost
{
    public CakeHost AddAssembly(Assembly assembly) => throw new NotSupportedException();

    public int Run(IEnumerable<string> args) => throw new NotSupportedException();
}

public static class CakeHostExtensions
{
    public static CakeHost UseContext<TContext>(this CakeHost host)
        where TContext : class, IFrostingContext => throw new NotSupportedException();
}
