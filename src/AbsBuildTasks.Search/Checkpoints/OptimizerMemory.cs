using System.Reflection;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Checkpoints;

/// <summary>What an optimizer of torch remembers of each parameter: step counts, moments, momentum.</summary>
/// <remarks>
/// Whatever the optimizer, its memory is the public fields of its state: numbers, and tensors of the parameter's shape.
/// Learning rates are not part of it; schedules set them anew at each step.
/// </remarks>
internal static class OptimizerMemory
{
    /// <summary>Writes it, or sets it.</summary>
    /// <exception cref="NotSupportedException">The optimizer remembers something else.</exception>
    public static void Exchange(StateStream state, optim.Optimizer optimizer)
    {
        var parameters = optimizer.ParamGroups.Cast<ParamGroup>().SelectMany(group => group.Parameters);
        foreach (var (parameter, memory) in parameters.Zip(((OptimizerHelper)optimizer).state_dict().State))
        {
            foreach (var field in memory.GetType().GetFields(BindingFlags.Public | BindingFlags.Instance).OrderBy(field => field.Name, StringComparer.Ordinal))
            {
                state.Name(field.Name);
                field.SetValue(memory, Exchange(state, parameter, field, field.GetValue(memory)));
            }
        }
    }

    private static object? Exchange(StateStream state, Parameter parameter, FieldInfo field, object? value)
    {
        // Not a switch expression: its type would be that of a tensor, which numbers convert to.
        if (field.FieldType == typeof(long))
        {
            return state.Integer((long)value!, 0, long.MaxValue);
        }

        return field.FieldType == typeof(Tensor)
            ? Exchange(state, parameter, (Tensor?)value)
            : throw new NotSupportedException($"An optimizer's {field.Name} is a {field.FieldType.Name}.");
    }

    /// <summary>A tensor, which an optimizer may make only once there is a gradient.</summary>
    private static Tensor? Exchange(StateStream state, Parameter parameter, Tensor? value)
    {
        if (!state.Flag(value is not null))
        {
            value?.Dispose();
            return null;
        }

        value ??= zeros_like(parameter).DetachFromDisposeScope();
        state.Values(value);
        return value;
    }
}
