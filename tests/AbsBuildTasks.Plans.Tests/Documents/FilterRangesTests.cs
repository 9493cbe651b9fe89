using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Documents;

public class FilterRangesTests
{
    [Theory]
    [InlineData(new int[0], "")]
    [InlineData(new[] { 0 }, "0")]
    [InlineData(new[] { 3, 1, 2, 2 }, "1-3")]
    [InlineData(new[] { 0, 1, 2, 3, 4, 5, 7, 9, 10 }, "0-5,7,9-10")]
    public void A_set_has_one_spelling(int[] filters, string text)
    {
        var set = FilterRanges.Of(filters);

        Assert.Equal(text, set.ToString());
        Assert.Equal(filters.Distinct().Order(), set);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("1-")]
    [InlineData("5-3")]
    [InlineData("1-1")]
    [InlineData("01")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1, 3")]
    [InlineData("1,")]
    [InlineData("1-2-3")]
    [InlineData("2147483647")]
    [InlineData("99999999999")]
    [InlineData("\u0661")]
    public void Text_that_is_no_range_is_refused(string text)
    {
        var error = Assert.Throws<AbsException>(() => FilterRanges.Parse(text));

        Assert.Equal(AbsCodes.InvalidPlan, error.Code);
        Assert.EndsWith("is not a range of filters; write for example \"0-5,7,9-15\".", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5,3", "'3' must come after '5'")]
    [InlineData("0-5,5", "'5' must come after '0-5'")]
    [InlineData("0-5,6-7", "'6-7' must come after '0-5'")]
    [InlineData("1,2", "'2' must come after '1'")]
    public void Ranges_that_touch_or_go_back_are_refused(string text, string message)
    {
        var error = Assert.Throws<AbsException>(() => FilterRanges.Parse(text));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_holds_every_filter_of_a_layer()
    {
        Assert.Equal("0-63", FilterRanges.All(64).ToString());
        Assert.Equal("0", FilterRanges.All(1).ToString());
        Assert.Equal(FilterRanges.None, FilterRanges.All(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => FilterRanges.All(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => FilterRanges.Of([-1]));
    }

    [Property(Arbitrary = [typeof(RandomPlans)])]
    public bool Text_reads_back_as_the_same_set(FilterRanges set) =>
        FilterRanges.Parse(set.ToString()).Equals(set)
        && set.Count == set.ToArray().Length
        && set.Last == set.LastOrDefault(-1);

    [Property(Arbitrary = [typeof(RandomPlans)])]
    public bool Contains_agrees_with_enumeration(FilterRanges set) =>
        Enumerable.Range(-1, 64).All(filter => set.Contains(filter) == set.AsEnumerable().Contains(filter));

    [Property(Arbitrary = [typeof(RandomPlans)])]
    public bool Except_is_the_difference_of_the_sets(FilterRanges left, FilterRanges right) =>
        left.Except(right).Equals(FilterRanges.Of(left.AsEnumerable().Except(right)));

    [Property(Arbitrary = [typeof(RandomPlans)])]
    public bool The_filters_of_a_range_are_counted(FilterRanges set, byte first, byte length) =>
        set.CountIn(first % 70, (first % 70) + length) == set.Count(filter => filter >= first % 70 && filter <= (first % 70) + length);
}
