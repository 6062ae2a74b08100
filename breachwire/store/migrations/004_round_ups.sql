-- Round-ups: one article, several incidents.

ALTER TABLE incident_articles ADD COLUMN part INTEGER DEFAULT 0;
COMMENT ON COLUMN incident_articles.part IS 'The section of a round-up that reports the incident: article_sections.part; 0: the whole article.';

ALTER TABLE claims ADD COLUMN part INTEGER DEFAULT 0;

CREATE TABLE article_sections (
    article_id VARCHAR NOT NULL, part INTEGER NOT NULL, "start" INTEGER NOT NULL, title_end INTEGER NOT NULL, text_start INTEGER NOT NULL,
    "end" INTEGER NOT NULL, score DOUBLE NOT NULL
);
COMMENT ON TABLE article_sections IS 'The sections of round-ups that report an incident of their own, as spans of the article''s body.';
COMMENT ON COLUMN article_sections.article_id IS 'The article: articles.article_id.';
COMMENT ON COLUMN article_sections.part IS 'Which section of the article it is, from 1; sections that report nothing are counted too.';
COMMENT ON COLUMN article_sections."start" IS 'Offset in the body where the section and its title begin, from 0.';
COMMENT ON COLUMN article_sections.title_end IS 'Offset behind the title: the section''s heading, or its first words where it has none.';
COMMENT ON COLUMN article_sections.text_start IS 'Offset where the text below the heading begins; "start" where there is no heading.';
COMMENT ON COLUMN article_sections."end" IS 'Offset behind the section''s last character.';
COMMENT ON COLUMN article_sections.score IS 'Sum of the relevance rules for the section alone.';
