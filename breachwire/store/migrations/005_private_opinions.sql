-- What a language model answered. Tables of migrations whose name begins with "private" are left out of the published file.

CREATE TABLE opinions (
    article_id VARCHAR NOT NULL, question VARCHAR NOT NULL, fields VARCHAR[] NOT NULL, model VARCHAR NOT NULL, answer VARCHAR NOT NULL,
    input_tokens BIGINT NOT NULL, output_tokens BIGINT NOT NULL, asked_at TIMESTAMPTZ NOT NULL, run_id VARCHAR NOT NULL
);
COMMENT ON TABLE opinions IS 'Answers as they came, so that none is paid for twice: question is a digest of model, prompt and text.';

COMMENT ON TABLE attempts IS 'What was tried with each document: stage fetch, read or second_opinion; outcome ok, retry or failed.';
COMMENT ON COLUMN runs.counts IS 'What was counted, by name. second_opinion_cost_micros is in millionths of the currency in which settings.toml gives prices.';
COMMENT ON COLUMN evidence."rule" IS 'The rule that found it; second_opinion.* where a language model did, and the quote bears it out.';
