using AbsBuildTasks.Search.Tests.RandomNetworks.Blocks;
using AbsBuildTasks.Search.Tests.RandomNetworks.Parts;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Models;

/// <summary>Parts that take each other's outputs, in any order of a graph: each value but the first comes of those before it.</summary>
internal sealed class Graph : Module<Tensor, Tensor>
{
    private readonly List<Func<IReadOnlyList<Tensor>, Tensor>> _steps = [];
    private readonly List<(int Index, Piece Piece)> _pieces = [];
    private readonly List<Signal> _values;
    private readonly List<string> _lines = [];

    public Graph(Dice dice, Signal input, int steps)
        : base(nameof(Graph))
    {
        _values = [input];
        for (var step = 0; step < steps; step++)
        {
            Grow(dice);
        }
    }

    public Signal Output => _values[^1];

    public IReadOnlyList<string> TrueReasons => [.. _pieces.SelectMany(entry => entry.Piece.TrueReasons)];

    public bool IsNoisy => _pieces.Exists(entry => entry.Piece.IsNoisy);

    /// <summary>Its values, one a line.</summary>
    public string Text(string indent) => string.Join("\n", _lines.Select(line => indent + line));

    public override Tensor forward(Tensor input)
    {
        var values = new List<Tensor> { input };
        foreach (var step in _steps)
        {
            values.Add(step(values));
        }

        return values[^1];
    }

    private void Grow(Dice dice)
    {
        var latest = _values.Count - 1;
        var earlier = _values.Count > 1 ? dice.Number(0, latest - 1) : -1;
        if (earlier >= 0 && dice.Chance(0.12) && Join(dice, latest, earlier))
        {
            return;
        }

        if (earlier >= 0 && dice.Chance(0.1) && _values[earlier].FitsBeside(_values[latest]))
        {
            var dimension = _values[latest].ChannelDimension;
            Add(values => cat([values[latest], values[earlier]], dimension), _values[latest].With(_values[latest].Channels + _values[earlier].Channels), $"cat(v{latest}, v{earlier})");
            return;
        }

        var again = _pieces.Where(entry => entry.Index != latest && _values[entry.Index].Fits(_values[latest])).Select(entry => entry.Piece).ToArray();
        if (again.Length > 0 && dice.Chance(0.15))
        {
            var piece = dice.Pick(again);
            Add(values => piece.Module.call(values[latest]), piece.Output, $"part {_pieces.FindIndex(entry => ReferenceEquals(entry.Piece, piece))} again on v{latest}");
            return;
        }

        Take(Next(dice, _values[latest]), latest);
    }

    /// <summary>The latest value and an earlier one, projected where it has other channels.</summary>
    private bool Join(Dice dice, int latest, int earlier)
    {
        var other = earlier;
        if (!_values[earlier].FitsBeside(_values[latest]))
        {
            if (_values[earlier] is not { IsFirst: true, Sides.Count: 2 } || _values[latest] is not { IsFirst: true, Sides.Count: 2 })
            {
                return false;
            }

            var (sides, pools) = (_values[latest].Sides, dice.Chance(0.5));
            Add(
                values => pools ? functional.adaptive_avg_pool2d(values[earlier], [sides[0], sides[1]]) : functional.interpolate(values[earlier], [sides[0], sides[1]]),
                _values[earlier] with { Sides = sides },
                $"{(pools ? "adaptive_avg_pool2d" : "interpolate")}(v{earlier})");
            other = _values.Count - 1;
        }

        if (_values[other].Channels != _values[latest].Channels)
        {
            Take(Weighted.Layer(dice, _values[other], _values[latest].Channels), other);
            other = _values.Count - 1;
        }

        var (name, combine) = Operators.Pick(dice);
        Add(values => combine(values[latest], values[other]), _values[latest], $"{name} with a = v{latest}, b = v{other}");
        return true;
    }

    private static Piece Next(Dice dice, Signal x)
    {
        // Few channels are made more first, or there is nothing to prune.
        var kind = x.Channels < 4 ? 0 : dice.Number(0, 99);
        return kind switch
        {
            < 30 => Stages.Any(dice, x),
            < 49 => dice.First(x, Reuse.Makers),
            < 55 => dice.First(x, Gating.Makers),
            < 60 => dice.First(x, Selecting.Makers),
            < 65 => dice.First(x, Attention.Makers),
            < 69 => dice.First(x, [.. Steps.Makers, Stages.Any]),
            < 75 => dice.First(x, Mixing.Makers),
            < 85 => dice.First(x, Shapes.Makers),
            < 90 => dice.First(x, [.. Folding.Makers, Stages.Any]),
            < 93 => dice.First(x, Statistics.Makers),
            < 97 => dice.First(x, Discrete.Makers),
            _ => dice.First(x, [.. OwnWeights.Makers, Stages.Any]),
        };
    }

    private void Take(Piece piece, int from)
    {
        register_module($"part{_pieces.Count}", piece.Module);
        _pieces.Add((from, piece));
        Add(values => piece.Module.call(values[from]), piece.Output, $"part {_pieces.Count - 1} on v{from}: {piece.Text}");
    }

    private void Add(Func<IReadOnlyList<Tensor>, Tensor> step, Signal output, string text)
    {
        _steps.Add(step);
        _values.Add(output);
        _lines.Add($"v{_values.Count - 1} {output} = {text}");
    }
}
