using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using FsCheck;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Settings;

public class BitChainTests
{
    [Property]
    public bool A_chain_reads_back_from_its_text(byte lowest, byte factor)
    {
        var first = (lowest % 4) + 1;
        var chain = BitChain.Of(first, first * ((factor % 3) + 2));
        return BitChain.Parse(chain.ToString()).Equals(chain) && BitChain.Parse($" {chain[0]} ;; {chain[1]} ; ").Equals(chain);
    }

    [Property]
    public bool No_text_but_a_chain_is_read(NonNull<string> text)
    {
        try
        {
            var chain = BitChain.Parse(text.Get);
            return chain.Count > 0 && chain.Lowest >= 1 && chain.Highest <= BitChain.MaxBits;
        }
        catch (AbsException error)
        {
            return error.Code == AbsCodes.InvalidBits;
        }
    }

    [Theory]
    [InlineData("", "Bits is empty: name at least one bitwidth, for example Bits=\"2;4;8\".")]
    [InlineData("2;x", "Bits=\"2;x\": 'x' is not a number; write bitwidths separated by semicolons, for example \"2;4;8\".")]
    [InlineData("0;2", "Bits=\"0;2\": 0 is out of range; use 1 to 16.")]
    [InlineData("16;32", "Bits=\"16;32\": 32 is out of range; use 1 to 16.")]
    [InlineData("2;3", "Bits=\"2;3\": 3 is not a larger multiple of 2; each bitwidth must be one of the bitwidth before it, for example \"2;4;8\".")]
    [InlineData("4;4", "Bits=\"4;4\": 4 is not a larger multiple of 4; each bitwidth must be one of the bitwidth before it, for example \"2;4;8\".")]
    public void What_is_no_chain_is_refused(string text, string message) =>
        Assert.Equal(message, Assert.Throws<AbsException>(() => BitChain.Parse(text)).Message);
}
