using AbsBuildTasks.Search.Hooks;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Hooks;

public sealed class HookSetTests : IDisposable
{
    private readonly HookSet _hooks = new();
    private readonly List<Tensor?> _in = [];
    private readonly List<Tensor?> _out = [];

    [Fact]
    public void A_module_of_one_tensor_shows_it_and_what_it_gives()
    {
        using var scope = NewDisposeScope();
        using var linear = Linear(3, 2);
        Watch(linear);
        var input = rand(4, 3);
        var output = linear.call(input);

        AssertSame([input], _in);
        AssertSame([output], _out);
    }

    [Fact]
    public void A_module_of_two_tensors_shows_both()
    {
        using var scope = NewDisposeScope();
        using var bilinear = Bilinear(3, 2, 5);
        Watch(bilinear);
        var (one, other) = (rand(4, 3), rand(4, 2));
        var output = bilinear.call(one, other);

        AssertSame([one, other], _in);
        AssertSame([output], _out);
    }

    [Fact]
    public void A_tuple_shows_its_tensors_and_one_that_is_not_given_nulls_in_their_places()
    {
        using var scope = NewDisposeScope();
        using var lstm = LSTM(3, 4);
        Watch(lstm);
        var (input, hidden, cell) = (rand(5, 2, 3), rand(1, 2, 4), rand(1, 2, 4));
        var (output, lastHidden, lastCell) = lstm.call(input, (hidden, cell));
        AssertSame([input, hidden, cell], _in);
        AssertSame([output, lastHidden, lastCell], _out);

        _ = lstm.call(input, null);
        AssertSame([input, null, null], _in);
    }

    [Fact]
    public void Tensors_that_are_left_out_are_null_and_other_arguments_have_no_place()
    {
        using var scope = NewDisposeScope();
        using var attention = MultiheadAttention(4, 2);
        Watch(attention);
        var (query, key, value) = (rand(3, 2, 4), rand(5, 2, 4), rand(5, 2, 4));
        var (output, weights) = attention.call(query, key, value, null!, true, null!);
        AssertSame([query, key, value, null, null], _in);
        AssertSame([output, weights], _out);

        _ = attention.call(query, key, value, null!, false, null!);
        Assert.Null(_out[1]);
    }

    [Fact]
    public void So_does_a_module_of_ones_own()
    {
        using var scope = NewDisposeScope();
        using var difference = new Difference();
        Watch(difference);
        var (one, other) = (rand(3), rand(3));
        var output = difference.call(one, other);

        AssertSame([one, other], _in);
        AssertSame([output], _out);
    }

    [Fact]
    public void And_one_of_any_number_of_inputs()
    {
        using var scope = NewDisposeScope();
        Tensor[] given = [.. Enumerable.Range(1, 6).Select(value => tensor((float)value))];
        using var three = new Three();
        using var four = new Four();
        using var five = new Five();
        using var six = new Six();
        foreach (var (module, call, inputs) in new (Module, Func<Tensor>, int)[]
        {
            (three, () => three.call(given[0], given[1], given[2]), 3),
            (four, () => four.call(given[0], given[1], given[2], given[3]), 4),
            (five, () => five.call(given[0], given[1], given[2], given[3], given[4]), 5),
            (six, () => six.call(given[0], given[1], given[2], given[3], given[4], given[5]), 6),
        })
        {
            Watch(module);
            var output = call();
            AssertSame(given[..inputs], _in);
            AssertSame([output], _out);

            _hooks.Dispose();
            _hooks.BeforeCall(module, values => [.. values.Skip(1), values[0]! * 10]);
            _hooks.AfterCall(module, (_, values) => [values[0]! + 1]);
            Assert.Equal(Enumerable.Range(2, inputs - 1).Sum() + 10 + 1, call().item<float>());
            _hooks.Dispose();
        }
    }

    [Fact]
    public void What_goes_in_and_what_comes_out_may_be_replaced()
    {
        using var scope = NewDisposeScope();
        using var difference = new Difference();
        _hooks.BeforeCall(difference, inputs => [inputs[1], inputs[0]]);
        Assert.Equal(3, difference.call(tensor(1f), tensor(4f)).item<float>());
        _hooks.AfterCall(difference, (inputs, outputs) => [outputs[0]! * inputs[0]!]);
        Assert.Equal(12, difference.call(tensor(1f), tensor(4f)).item<float>());

        using var linear = Linear(3, 2);
        _hooks.BeforeCall(linear, inputs => [inputs[0]! * 0]);
        Assert.True(linear.call(rand(3)).equal(linear.bias!).all().item<bool>());
    }

    [Fact]
    public void So_may_what_is_in_tuples()
    {
        using var scope = NewDisposeScope();
        using var lstm = LSTM(3, 4);
        var (input, hidden, cell) = (rand(5, 2, 3), rand(1, 2, 4), rand(1, 2, 4));
        var wanted = lstm.call(input, (hidden, cell)).Item1;
        _hooks.BeforeCall(lstm, inputs => [inputs[0], hidden, cell]);
        _hooks.AfterCall(lstm, (_, outputs) => [outputs[0], outputs[1], null]);
        var (output, _, last) = lstm.call(input, null);
        Assert.True(output.equal(wanted).all().item<bool>());
        Assert.Null(last);

        using var attention = MultiheadAttention(4, 2);
        _hooks.AfterCall(attention, (inputs, outputs) => [inputs[0], outputs[1]]);
        Assert.Same(input = rand(3, 2, 4), attention.call(input, input, input, null!, true, null!).Item1);
    }

    [Fact]
    public void The_first_tensors_of_any_module_may_be_replaced_alone()
    {
        using var scope = NewDisposeScope();
        using var difference = new Difference();
        _hooks.Before(difference, input => input * 10);
        _hooks.After(difference, (input, output) => output + input);
        Assert.Equal(16, difference.call(tensor(1f), tensor(4f)).item<float>());

        using var lstm = LSTM(3, 4);
        _hooks.After(lstm, (_, output) => output * 0);
        var (result, hidden, _) = lstm.call(rand(5, 2, 3), null);
        Assert.Equal(0, result.abs().sum().item<float>());
        Assert.NotEqual(0, hidden.abs().sum().item<float>());
    }

    [Fact]
    public void Another_number_of_tensors_is_refused()
    {
        using var scope = NewDisposeScope();
        using var difference = new Difference();
        using (var hooks = new HookSet())
        {
            hooks.BeforeCall(difference, inputs => [inputs[0]]);
            _ = Assert.Throws<ArgumentException>(() => difference.call(tensor(1f), tensor(4f)));
        }

        _hooks.AfterCall(difference, (inputs, _) => inputs);
        _ = Assert.Throws<ArgumentException>(() => difference.call(tensor(1f), tensor(4f)));
    }

    [Fact]
    public void Removed_hooks_see_nothing_more()
    {
        using var scope = NewDisposeScope();
        using var lstm = LSTM(3, 4);
        using var linear = Linear(3, 2);
        Watch(lstm);
        Watch(linear);
        _hooks.Dispose();
        _ = lstm.call(rand(5, 2, 3), null);
        _ = linear.call(rand(3));

        Assert.Empty(_in);
        Assert.Empty(_out);
    }

    [Fact]
    public void A_module_without_a_call_cannot_be_hooked()
    {
        using var list = new TorchSharp.Modules.ParameterList();
        Assert.Contains("ParameterList", Assert.Throws<ArgumentException>(() => Watch(list)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _hooks.Dispose();

    private void Watch(Module module)
    {
        _hooks.BeforeCall(module, inputs =>
        {
            _in.Clear();
            _in.AddRange(inputs);
            return null;
        });
        _hooks.AfterCall(module, (inputs, outputs) =>
        {
            AssertSame(_in, inputs);
            _out.Clear();
            _out.AddRange(outputs);
            return null;
        });
    }

    private static void AssertSame(IEnumerable<Tensor?> wanted, IEnumerable<Tensor?> given)
    {
        Assert.Equal(wanted.Count(), given.Count());
        Assert.All(wanted.Zip(given), pair => Assert.Same(pair.First, pair.Second));
    }

    private sealed class Three() : Module<Tensor, Tensor, Tensor, Tensor>(nameof(Three))
    {
        public override Tensor forward(Tensor a, Tensor b, Tensor c) => a + b + c;
    }

    private sealed class Four() : Module<Tensor, Tensor, Tensor, Tensor, Tensor>(nameof(Four))
    {
        public override Tensor forward(Tensor a, Tensor b, Tensor c, Tensor d) => a + b + c + d;
    }

    private sealed class Five() : Module<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor>(nameof(Five))
    {
        public override Tensor forward(Tensor a, Tensor b, Tensor c, Tensor d, Tensor e) => a + b + c + d + e;
    }

    private sealed class Six() : Module<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor>(nameof(Six))
    {
        public override Tensor forward(Tensor a, Tensor b, Tensor c, Tensor d, Tensor e, Tensor f) => a + b + c + d + e + f;
    }

    private sealed class Difference() : Module<Tensor, Tensor, Tensor>(nameof(Difference))
    {
        public override Tensor forward(Tensor one, Tensor other) => one - other;
    }
}
