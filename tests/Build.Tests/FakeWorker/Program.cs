// Stands in for the worker where a test is about how a worker ends. FAKE_WORKER says how.
var lines = Environment.GetEnvironmentVariable("FAKE_WORKER") switch
{
    "crash" => (string[])["{\"abs\":1,\"kind\":\"message\",\"text\":\"about to crash\"}"],
    "garbage" => ["garbage", "{\"abs\":1,\"kind\":\"error\"", "{\"abs\":1,\"kind\":\"done\"} ", "\0\u001b[31m"],
    "early-done" => ["{\"abs\":1,\"kind\":\"done\"}"],
    _ => throw new InvalidOperationException("FAKE_WORKER is not set."),
};
foreach (var line in lines)
{
    Console.WriteLine(line);
}

Console.Error.WriteLine("last words");
return Environment.GetEnvironmentVariable("FAKE_WORKER") == "early-done" ? 0 : 134;
